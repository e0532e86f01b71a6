package io.felucca.runtime.oci;

import io.felucca.FeluccaException;
import io.felucca.runtime.oci.cgroup.ContainerCgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Weights of block I/O on cgroup v1 where the BFQ scheduler is the only one that has them (Linux 5.0 and later): crun
 * 1.8.1 writes {@code blkio.weight}, which is not there, and fails. The driver keeps the weights from crun and writes
 * {@code blkio.bfq.weight} itself; runc does so on its own.
 */
final class BfqWeights {

    private static final String FILE = "blkio.bfq.weight";
    private static final String DEVICE_FILE = "blkio.bfq.weight_device";

    private final Map<String, Object> weights = new LinkedHashMap<>();
    private final Map<String, Object> rest;

    private BfqWeights(Map<String, Object> resources, boolean needed) {
        if (!needed || !(resources.get("blockIO") instanceof Map<?, ?> given)) {
            rest = resources;
            return;
        }
        Map<Object, Object> io = new LinkedHashMap<>(given);
        for (String key : List.of("weight", "weightDevice")) {
            Object value = io.remove(key);
            if (value != null) {
                weights.put(key, value);
            }
        }
        rest = new LinkedHashMap<>(resources);
        rest.put("blockIO", io);
    }

    /** What a runtime's resources say of weights that only this class can set. */
    static BfqWeights of(Map<String, Object> resources, RuntimeProgram program) {
        return new BfqWeights(resources, program.isCrun() && resources.containsKey("blockIO") && onlyBfqHasWeights());
    }

    /** The root of a hierarchy with CFQ has {@code blkio.weight}; BFQ's files show below the root only. */
    private static boolean onlyBfqHasWeights() {
        return hierarchy()
                .filter(root -> !Files.exists(root.resolve("blkio.weight")))
                .isPresent();
    }

    private static Optional<Path> hierarchy() {
        try {
            return ContainerCgroups.mounts().stream()
                    .filter(mount -> Files.exists(mount.resolve("blkio.reset_stats")))
                    .findFirst();
        } catch (IOException e) {
            throw FeluccaException.system("looking for the hierarchy of blkio in /proc/self/mountinfo", e);
        }
    }

    /** The resources without the weights. */
    Map<String, Object> rest() {
        return rest;
    }

    boolean isEmpty() {
        return weights.isEmpty();
    }

    void write(String cgroup) {
        if (isEmpty()) {
            return;
        }
        Path folder = Path.of(hierarchy().orElseThrow() + cgroup);
        if (weights.get("weight") instanceof Number weight && weight.longValue() != 0) {
            write(folder.resolve(FILE), weight.toString());
        }
        if (weights.get("weightDevice") instanceof List<?> devices) {
            for (Object value : devices) {
                Map<?, ?> device = (Map<?, ?>) value;
                write(
                        folder.resolve(DEVICE_FILE),
                        device.get("major") + ":" + device.get("minor") + " " + device.get("weight"));
            }
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw FeluccaException.system("writing the weight of block I/O " + text + " to " + file, e);
        }
    }
}
