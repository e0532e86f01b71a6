package io.felucca.containers.security;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.containers.host.HostFacts;
import io.felucca.linux.Output;
import io.felucca.linux.Processes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The AppArmor profile that confines a container where the kernel has AppArmor on: the one that was asked for, else
 * {@code docker-default}, which is loaded when the kernel has none of that name (dockerd's, where that runs too). Where
 * AppArmor is off there is none, and {@code info} does not name it.
 */
public final class AppArmor {

    static final String DEFAULT = "docker-default";
    private static final String UNCONFINED = "unconfined";

    private static final long TIMEOUT_MILLIS = 30_000;

    private final Processes processes;
    private final Path loaded;

    public AppArmor(Processes processes) {
        this(processes, Path.of("/sys/kernel/security/apparmor/profiles"));
    }

    /** @param loaded the kernel's list: a name and a mode on each line */
    AppArmor(Processes processes, Path loaded) {
        this.processes = processes;
        this.loaded = loaded;
    }

    /** Empty for what is not confined. */
    public static Optional<String> profile(HostConfig host, HostFacts facts) {
        return facts.appArmor()
                ? Optional.of(chosen(host)).filter(profile -> !profile.equals(UNCONFINED))
                : Optional.empty();
    }

    private static String chosen(HostConfig host) {
        return asked(host).orElse(host.privileged() ? UNCONFINED : DEFAULT);
    }

    private static Optional<String> asked(HostConfig host) {
        return SecurityOptions.parse(host.securityOpt()).apparmor().filter(asked -> !asked.isEmpty());
    }

    /** What dockerd's inspect shows: what was asked for until a first start chooses. */
    public static String shown(HostConfig host, HostFacts facts, boolean started) {
        if (!started) {
            return asked(host).orElse("");
        }
        return facts.appArmor() ? chosen(host) : "";
    }

    /**
     * Looks into the kernel's list once for each start that wants the default, and not at all for others: remembering it
     * would save a read of some kilobytes, but whoever reloads AppArmor, or purges its profiles, takes ours away at any
     * time, and the runtime would then refuse each start.
     *
     * @throws FeluccaException SYSTEM with dockerd's words and the remedy when the default cannot be loaded
     */
    public void prepare(HostConfig host, HostFacts facts) {
        if (profile(host, facts).filter(DEFAULT::equals).isPresent() && !isLoaded()) {
            load();
        }
    }

    private boolean isLoaded() {
        try {
            return Files.readAllLines(loaded).stream().anyMatch(line -> line.startsWith(DEFAULT + " "));
        } catch (IOException e) {
            throw failure("cannot read " + loaded + ": " + e, e);
        }
    }

    private void load() {
        Output output;
        try {
            output = processes.run(
                    List.of("apparmor_parser", "-Kr"),
                    List.of("PATH=/usr/sbin:/sbin:/usr/bin:/bin"),
                    text(),
                    TIMEOUT_MILLIS);
        } catch (FeluccaException e) {
            throw e.kind() == FeluccaException.Kind.NOT_FOUND
                    ? failure("apparmor_parser is not there: install the package apparmor", e)
                    : failure(e.getMessage(), e);
        }
        if (!output.success()) {
            throw failure("apparmor_parser: " + output.stderrText().strip(), null);
        }
    }

    private static FeluccaException failure(String why, Exception cause) {
        return FeluccaException.system(
                "AppArmor enabled on system but the " + DEFAULT + " profile could not be loaded: " + why
                        + " (--security-opt apparmor=unconfined goes without)",
                cause);
    }

    static byte[] text() {
        try (InputStream in = AppArmor.class.getResourceAsStream(DEFAULT + ".apparmor")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the profile " + DEFAULT + ": " + e, e);
        }
    }
}
