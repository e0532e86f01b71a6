package io.felucca.runtime.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.StartFailure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a runtime said when it failed, and the words in which dockerd 20.10 says it. runc's own words are dockerd's; crun
 * 1.8's are turned into them where a user meets them.
 *
 * @param message without time and level
 */
record RuntimeFailure(String message) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NOT_FOUND =
            Pattern.compile("executable file `(.*)` not found in \\$PATH.*", Pattern.DOTALL);
    private static final Pattern NO_DIRECTORY = Pattern.compile("chdir `(.*)`: (.*)", Pattern.DOTALL);
    private static final Pattern NO_PROFILE =
            Pattern.compile("write file `/proc/thread-self/attr/exec`: (.*)", Pattern.DOTALL);
    private static final int MESSAGE_MAX = 2000;
    /** What dockerd adds to ENOTDIR, which mostly is a mount's. */
    private static final String MIXED_UP = ": Are you trying to mount a directory onto a file (or vice-versa)? Check if"
            + " the specified host path exists and is the expected type";

    /** Reads the lines of {@code --log-format json}, or plain text; the last error counts. */
    static RuntimeFailure read(String output) {
        String last = "";
        for (String line : output.strip().split("\n")) {
            String text = message(line.strip());
            if (!text.isEmpty()) {
                last = text;
            }
        }
        return new RuntimeFailure(last.length() > MESSAGE_MAX ? last.substring(0, MESSAGE_MAX) : last);
    }

    private static String message(String line) {
        if (!line.startsWith("{")) {
            return line;
        }
        try {
            JsonNode entry = JSON.readTree(line);
            boolean warning =
                    entry.path("level").asText().toLowerCase(Locale.ROOT).startsWith("warn");
            return warning ? "" : entry.path("msg").asText(line);
        } catch (JsonProcessingException e) {
            return line; // cut off, or no JSON after all
        }
    }

    boolean isMissingProgram() {
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("executable file") && text.contains("not found in $path")
                || text.contains("no such file or directory") && text.contains("exec: ");
    }

    /** For a container that could not be created. */
    FeluccaException ofCreate(RuntimeProgram program, List<?> args) {
        return failure(
                "failed to create shim task: OCI runtime create failed: ", program.name() + " create failed: ", args);
    }

    /** For a process that could not be started in a running container. */
    FeluccaException ofExec(List<?> args) {
        return failure("OCI runtime exec failed: ", "exec failed: ", args);
    }

    private FeluccaException failure(String prefix, String step, List<?> args) {
        String words = dockersWords(args.isEmpty() ? "" : String.valueOf(args.get(0)));
        boolean users = words.startsWith("exec: ") || words.startsWith("chdir to cwd ");
        String text = message.startsWith(step)
                ? message
                : step + "unable to start container process: " + (users ? "" : "error during container init: ") + words;
        boolean invalid = users || text.contains(": exec: \"") || text.contains(": chdir to cwd ");
        String told = prefix + text + ": unknown" + (isMixedUp(text) ? MIXED_UP : "");
        return FeluccaException.notStarted(
                invalid ? FeluccaException.Kind.INVALID : FeluccaException.Kind.SYSTEM, told, reason(told), null);
    }

    /** As dockerd (daemon/errors.go) and the docker command tell it from the text. */
    private static Optional<StartFailure> reason(String told) {
        if (told.contains("executable file not found") || told.contains("no such file or directory")) {
            return Optional.of(StartFailure.NOT_FOUND);
        }
        return told.contains("permission denied") || told.contains("is a directory")
                ? Optional.of(StartFailure.NOT_EXECUTABLE)
                : Optional.empty();
    }

    private static boolean isMixedUp(String text) {
        return text.toLowerCase(Locale.ROOT).contains("not a directory");
    }

    private String dockersWords(String program) {
        Matcher missing = NOT_FOUND.matcher(message);
        if (missing.matches()) {
            String name = missing.group(1);
            return name.contains("/")
                    ? "exec: \"" + name + "\": stat " + name + ": no such file or directory"
                    : "exec: \"" + name + "\": executable file not found in $PATH";
        }
        if (message.startsWith("open executable: ")) {
            return program.isEmpty()
                    ? "exec: \"\": executable file not found in $PATH"
                    : "exec: \"" + program + "\": permission denied";
        }
        Matcher directory = NO_DIRECTORY.matcher(message);
        if (directory.matches()) {
            return "chdir to cwd (\"" + directory.group(1) + "\") set in config.json failed: "
                    + directory.group(2).toLowerCase(Locale.ROOT);
        }
        Matcher profile = NO_PROFILE.matcher(message);
        if (profile.matches()) {
            return "unable to apply apparmor profile: apparmor failed to apply profile: write"
                    + " /proc/self/attr/apparmor/exec: " + profile.group(1).toLowerCase(Locale.ROOT);
        }
        return message;
    }
}
