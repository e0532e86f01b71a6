package io.felucca.runtime.oci;

import io.felucca.FeluccaException;
import io.felucca.linux.Seccomp;
import io.felucca.linux.SeccompProfile;
import io.felucca.linux.SeccompProfile.Action;
import io.felucca.linux.SeccompProfile.Argument;
import io.felucca.linux.SeccompProfile.Comparison;
import io.felucca.linux.SeccompProfile.Rule;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compiles the seccomp profiles of specs once. crun takes the filter in an annotation, which saves it half of a start;
 * compiled filters are kept in memory and, by the hash of the profile, on disk.
 */
public final class SeccompFilters {

    /** crun(1): the filter as base64, in place of {@code linux.seccomp}. */
    static final String ANNOTATION = "run.oci.seccomp_bpf_data";

    private static final int KEPT_MAX = 64;
    /** What {@link Seccomp#compile} compiles for anyway. */
    private static final Set<String> ARCHITECTURES =
            Set.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");

    private static final Set<String> KEYS = Set.of("defaultAction", "defaultErrnoRet", "architectures", "syscalls");

    private final Seccomp seccomp;
    private final Path directory;
    private final Map<Map<String, Object>, String> kept = new ConcurrentHashMap<>();

    SeccompFilters(Seccomp seccomp, Path directory) {
        this.seccomp = seccomp;
        this.directory = directory;
    }

    /** The annotation's value; empty for a profile that only the runtime itself can compile. */
    Optional<String> compile(Map<String, Object> profile) {
        String known = kept.get(profile);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<SeccompProfile> readable = read(profile);
        if (readable.isEmpty() || !seccomp.isAvailable()) {
            return Optional.empty();
        }
        String filter = Base64.getEncoder().encodeToString(onDisk(profile, readable.get()));
        if (kept.size() >= KEPT_MAX) {
            kept.clear();
        }
        kept.put(profile, filter);
        return Optional.of(filter);
    }

    private byte[] onDisk(Map<String, Object> profile, SeccompProfile readable) {
        Path file = directory.resolve(hash(profile) + ".bpf");
        try {
            if (Files.exists(file)) {
                return Files.readAllBytes(file);
            }
            byte[] filter = seccomp.compile(readable);
            BundleFiles.makeDirectories(directory);
            Path fresh = Files.createTempFile(directory, "new", ".bpf");
            Files.write(fresh, filter);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            return filter;
        } catch (AtomicMoveNotSupportedException e) {
            throw new IllegalStateException(e); // both lie in one folder
        } catch (IOException e) {
            throw FeluccaException.system("keeping the seccomp filter " + file, e);
        }
    }

    private static String hash(Map<String, Object> profile) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(BundleFiles.bytes(profile)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** Empty for one with actions, flags or processors that the compiler does not know. */
    public static Optional<SeccompProfile> read(Map<String, Object> profile) {
        Optional<Action> fallback = action(profile.get("defaultAction"));
        if (fallback.isEmpty()
                || !KEYS.containsAll(profile.keySet())
                || !(profile.get("architectures") instanceof List<?> architectures)
                || !ARCHITECTURES.containsAll(architectures)
                || !architectures.containsAll(expected(architectures))) {
            return Optional.empty();
        }
        List<Rule> rules = new ArrayList<>();
        for (Object value : list(profile.get("syscalls"))) {
            Map<?, ?> call = (Map<?, ?>) value;
            Optional<Action> action = action(call.get("action"));
            if (action.isEmpty()) {
                return Optional.empty();
            }
            List<Argument> arguments = new ArrayList<>();
            for (Object argument : list(call.get("args"))) {
                arguments.add(argument((Map<?, ?>) argument));
            }
            List<String> names =
                    list(call.get("names")).stream().map(String::valueOf).toList();
            rules.add(new Rule(names, action.get(), errno(call.get("errnoRet")), arguments));
        }
        return Optional.of(new SeccompProfile(fallback.get(), errno(profile.get("defaultErrnoRet")), rules));
    }

    private static Set<String> expected(List<?> architectures) {
        return architectures.contains("SCMP_ARCH_AARCH64")
                ? Set.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM")
                : Set.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
    }

    private static Argument argument(Map<?, ?> value) {
        String op = String.valueOf(value.get("op")).replace("SCMP_CMP_", "");
        Comparison comparison = Comparison.valueOf(op);
        return new Argument(
                (int) number(value.get("index")),
                comparison,
                number(value.get("value")),
                number(value.get("valueTwo")));
    }

    private static Optional<Action> action(Object text) {
        return switch (String.valueOf(text)) {
            case "SCMP_ACT_ALLOW" -> Optional.of(Action.ALLOW);
            case "SCMP_ACT_ERRNO" -> Optional.of(Action.ERRNO);
            case "SCMP_ACT_LOG" -> Optional.of(Action.LOG);
            case "SCMP_ACT_TRAP" -> Optional.of(Action.TRAP);
            case "SCMP_ACT_KILL_PROCESS" -> Optional.of(Action.KILL_PROCESS);
            case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> Optional.of(Action.KILL_THREAD);
            default -> Optional.empty();
        };
    }

    private static int errno(Object value) {
        return value instanceof Number number ? number.intValue() : 1;
    }

    private static long number(Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
