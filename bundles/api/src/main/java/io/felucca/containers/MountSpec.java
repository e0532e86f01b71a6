package io.felucca.containers;

import java.util.List;
import java.util.Map;

/**
 * A mount that was asked for: {@code Mount} of Docker's API 1.51, what {@code --mount} gives.
 *
 * @param type {@code volume}, {@code bind} or {@code tmpfs}; what else there is belongs to the engine that knows it
 * @param source a volume's name (empty for an anonymous one), or a path on the host
 * @param target absolute path in the container
 * @param consistency a hint for Docker Desktop, kept and shown
 * @param bind null for none, as {@code volume} and {@code tmpfs}
 */
public record MountSpec(
        String type,
        String source,
        String target,
        boolean readOnly,
        String consistency,
        Bind bind,
        Volume volume,
        Tmpfs tmpfs) {

    public MountSpec {
        type = type == null ? "" : type;
        source = source == null ? "" : source;
        target = target == null ? "" : target;
        consistency = consistency == null ? "" : consistency;
    }

    /**
     * @param propagation one of mount(8)'s, such as {@code rslave}; empty for rprivate
     * @param nonRecursive leaves out what is mounted below the source
     * @param createMountpoint makes a missing source, as {@code -v} does
     * @param readOnlyNonRecursive leaves what is mounted below the source writable
     * @param readOnlyForceRecursive fails where what is below cannot be made read-only
     */
    public record Bind(
            String propagation,
            boolean nonRecursive,
            boolean createMountpoint,
            boolean readOnlyNonRecursive,
            boolean readOnlyForceRecursive) {

        public Bind {
            propagation = propagation == null ? "" : propagation;
        }
    }

    /**
     * @param noCopy does not fill a new volume with what the image has at the target
     * @param labels of the volume, when it is made for this
     * @param subpath relative path in the volume; empty for the whole of it
     * @param driver of the volume; empty for the default one
     * @param options for that driver, when the volume is made for this
     */
    public record Volume(
            boolean noCopy, Map<String, String> labels, String subpath, String driver, Map<String, String> options) {

        public Volume {
            labels = labels == null ? Map.of() : labels;
            subpath = subpath == null ? "" : subpath;
            driver = driver == null ? "" : driver;
            options = options == null ? Map.of() : options;
        }
    }

    /**
     * @param sizeBytes 0 for no limit
     * @param mode permission bits, 0 for 01777
     * @param options further pairs for mount(2), a flag as one word
     */
    public record Tmpfs(long sizeBytes, int mode, List<List<String>> options) {

        public Tmpfs {
            options = options == null ? List.of() : options;
        }
    }
}
