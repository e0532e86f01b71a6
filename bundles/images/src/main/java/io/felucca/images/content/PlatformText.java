package io.felucca.images.content;

import io.felucca.FeluccaException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A platform as {@code --platform} names it, by the rules of containerd's platforms.Parse (1.6). */
public final class PlatformText {

    private static final Pattern COMPONENT = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Set<String> SYSTEMS = Set.of(
            "aix",
            "android",
            "darwin",
            "dragonfly",
            "freebsd",
            "hurd",
            "illumos",
            "ios",
            "js",
            "linux",
            "nacl",
            "netbsd",
            "openbsd",
            "plan9",
            "solaris",
            "windows",
            "zos");
    private static final Set<String> ARCHITECTURES = Set.of(
            "386",
            "amd64",
            "arm",
            "arm64",
            "loong64",
            "mips",
            "mips64",
            "mips64le",
            "mipsle",
            "ppc64",
            "ppc64le",
            "riscv64",
            "s390x",
            "wasm");

    private PlatformText() {}

    /** @throws FeluccaException INVALID in containerd's words */
    public static Platform parse(String text) {
        String[] parts = text.split("/", -1);
        for (String part : parts) {
            if (!COMPONENT.matcher(part).matches()) {
                throw FeluccaException.invalid("\"" + part + "\" is an invalid component of \"" + text
                        + "\": platform specifier component must match \"^[A-Za-z0-9_-]+$\": invalid argument");
            }
        }
        return switch (parts.length) {
            case 1 -> parseOne(text);
            case 2 -> of(system(parts[0]), parts[1], null);
            case 3 -> of(system(parts[0]), parts[1], parts[2]);
            default ->
                throw FeluccaException.invalid("\"" + text + "\": cannot parse platform specifier: invalid argument");
        };
    }

    private static Platform parseOne(String text) {
        if (SYSTEMS.contains(system(text))) {
            return of(system(text), Platform.architectureHere(), null);
        }
        Platform platform = of("linux", text, null);
        if (!ARCHITECTURES.contains(platform.architecture())) {
            throw FeluccaException.invalid(
                    "\"" + text + "\": unknown operating system or architecture: invalid argument");
        }
        return platform;
    }

    private static String system(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("macos") ? "darwin" : lower;
    }

    private static Platform of(String system, String name, String variant) {
        String version = variant == null ? null : variant.toLowerCase(Locale.ROOT);
        String architecture = name.toLowerCase(Locale.ROOT);
        return switch (architecture) {
            case "i386" -> platform(system, "386", version);
            case "x86_64", "x86-64" -> platform(system, "amd64", version);
            case "aarch64" -> platform(system, "arm64", version);
            case "armhf" -> platform(system, "arm", version);
            case "armel" -> platform(system, "arm", version == null ? "v6" : version);
            default -> platform(system, architecture, version);
        };
    }

    private static Platform platform(String system, String architecture, String variant) {
        boolean number = variant != null && Character.isDigit(variant.charAt(0));
        return new Platform(architecture, system, null, null, number ? "v" + variant : variant);
    }
}
