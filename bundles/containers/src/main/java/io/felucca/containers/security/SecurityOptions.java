package io.felucca.containers.security;

import io.felucca.FeluccaException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code --security-opt} words.
 *
 * @param seccomp a profile's JSON, {@code unconfined}, or empty for the default
 * @param apparmor a profile's name, or empty for none
 * @param openSystemPaths nothing of /proc and /sys is masked or read-only
 */
public record SecurityOptions(
        boolean noNewPrivileges, String seccomp, Optional<String> apparmor, boolean openSystemPaths) {

    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    public boolean seccompUnconfined() {
        return seccomp.equals("unconfined");
    }

    /** @throws FeluccaException INVALID with dockerd's text */
    public static SecurityOptions parse(List<String> options) {
        boolean noNewPrivileges = false;
        String seccomp = "";
        Optional<String> apparmor = Optional.empty();
        boolean openSystemPaths = false;
        for (String option : options) {
            if (option.equals("no-new-privileges")) {
                noNewPrivileges = true;
                continue;
            }
            if (option.equals("disable")) {
                continue;
            }
            int split = option.indexOf('=') >= 0 ? option.indexOf('=') : option.indexOf(':');
            if (split < 0) {
                throw FeluccaException.invalid("invalid --security-opt 1: \"" + option + "\"");
            }
            String value = option.substring(split + 1);
            switch (option.substring(0, split)) {
                case "seccomp" -> seccomp = value;
                case "apparmor" -> apparmor = Optional.of(value);
                case "label" -> {} // Nothing to do where SELinux is off; elsewhere HostConfigCheck refuses it.
                case "systempaths" -> {
                    if (!value.equals("unconfined")) {
                        throw FeluccaException.invalid("invalid --security-opt 2: \"" + option + "\"");
                    }
                    openSystemPaths = true;
                }
                case "no-new-privileges" -> {
                    if (!TRUE.contains(value) && !FALSE.contains(value)) {
                        throw FeluccaException.invalid("invalid --security-opt 2: \"" + option + "\"");
                    }
                    noNewPrivileges = TRUE.contains(value);
                }
                default -> throw FeluccaException.invalid("invalid --security-opt 2: \"" + option + "\"");
            }
        }
        return new SecurityOptions(noNewPrivileges, seccomp, apparmor, openSystemPaths);
    }
}
