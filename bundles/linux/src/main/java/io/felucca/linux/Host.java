package io.felucca.linux;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** What this process may do, and what it runs on. Thread-safe. */
@ProviderType
public interface Host {

    /** Names as {@code CAP_CHOWN}, those this kernel knows. */
    Set<String> effectiveCapabilities();

    Set<String> boundingCapabilities();

    /** All that this kernel knows. */
    Set<String> knownCapabilities();

    /**
     * @param name as {@code nofile} or {@code RLIMIT_NOFILE}
     * @throws io.felucca.FeluccaException INVALID for a name that does not exist
     */
    Limit limit(String name);

    KernelName kernel();

    String bootId();

    /** A limit of this process; {@link #UNLIMITED} for none. */
    record Limit(long soft, long hard) {
        public static final long UNLIMITED = -1;
    }

    /** As uname(2) says it. */
    record KernelName(String system, String node, String release, String version, String machine) {

        /** Whether the release is at least that. */
        public boolean isAtLeast(int major, int minor) {
            String[] parts = release.split("[^0-9]+", 3);
            int ownMajor = Integer.parseInt(parts[0]);
            int ownMinor = parts.length > 1 && !parts[1].isEmpty() ? Integer.parseInt(parts[1]) : 0;
            return ownMajor > major || ownMajor == major && ownMinor >= minor;
        }
    }
}
