package io.felucca.builder.stage;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.Instruction;
import io.felucca.dockerfile.Words;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The arguments of one build: given, global, and those that were asked for. Thread-safe once stages begin. */
public final class BuildArguments {

    private static final Set<String> PREDEFINED = Set.of(
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "https_proxy",
            "FTP_PROXY",
            "ftp_proxy",
            "NO_PROXY",
            "no_proxy",
            "ALL_PROXY",
            "all_proxy");

    private static final String SOURCE_DATE = "SOURCE_DATE_EPOCH";

    private final Map<String, String> given;
    private final char escape;
    private final Map<String, String> global = new LinkedHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    public BuildArguments(Map<String, String> given, char escape) {
        this.given = given;
        this.escape = escape;
    }

    /** ARG before the first stage. */
    public void declare(Instruction.Arg arg) {
        for (Instruction.Variable variable : arg.variables()) {
            asked.add(variable.name());
            String value = given.get(variable.name());
            if (value == null && variable.value() != null) {
                value = Words.expand(variable.value(), global, escape);
            }
            if (value != null) {
                global.put(variable.name(), value);
            }
        }
    }

    /** A word of FROM. */
    public String expand(String word) {
        return Words.expand(word, global, escape);
    }

    /** ARG in a stage; gives how history shows it. */
    public String declare(Instruction.Arg arg, Stage stage) {
        StringBuilder shown = new StringBuilder("ARG");
        for (Instruction.Variable variable : arg.variables()) {
            String name = stage.config().expand(variable.name());
            String preset = variable.value() == null ? null : stage.config().expand(variable.value());
            shown.append(' ').append(name);
            if (preset != null) {
                shown.append('=').append(preset);
            }
            asked.add(name);
            String value = given.get(name) != null ? given.get(name) : preset != null ? preset : global.get(name);
            if (value != null) {
                stage.config().argument(name, value);
                stage.predefined().remove(name);
            }
        }
        return shown.toString();
    }

    public void begin(Stage stage) {
        given.forEach((name, value) -> {
            if (value != null && PREDEFINED.contains(name)) {
                stage.predefined().put(name, value);
            }
        });
    }

    /** Those that were given and that nothing asked for. */
    public List<String> unused() {
        Set<String> left = new TreeSet<>(given.keySet());
        left.removeAll(asked);
        left.removeAll(PREDEFINED);
        left.remove(SOURCE_DATE);
        return List.copyOf(left);
    }

    /** The time that nothing in the image may be younger than, in seconds since 1970, as reproducible builds give it. */
    public static Optional<Instant> sourceDate(Map<String, String> given) {
        String text = given.get(SOURCE_DATE);
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.matches("[0-9]{1,11}")) {
            throw FeluccaException.invalid("invalid " + SOURCE_DATE + ": " + text + ": give whole seconds since 1970");
        }
        return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
    }
}
