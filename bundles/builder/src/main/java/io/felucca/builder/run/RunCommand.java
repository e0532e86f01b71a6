package io.felucca.builder.run;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.HereDocument;
import io.felucca.dockerfile.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The command of a RUN. */
final class RunCommand {

    private RunCommand() {}

    /** As history shows it, with the arguments that it was run with before it. */
    static String shown(List<String> command, Map<String, String> arguments) {
        String given = arguments.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + " ")
                .collect(Collectors.joining());
        return (given.isEmpty() ? "" : "|" + arguments.size() + " " + given) + String.join(" ", command);
    }

    /** A here-document by itself is a script; beside other words the shell reads it. */
    static Instruction.Command of(Instruction.Run run) {
        if (run.documents().isEmpty()) {
            return run.command();
        }
        HereDocument first = run.documents().get(0);
        String line = run.command().words().get(0);
        if (run.documents().size() == 1 && line.matches("<<-?['\"]?" + first.name() + "['\"]?")) {
            if (first.content().startsWith("#!")) {
                throw FeluccaException.unsupported(
                        "a here-document of RUN that begins with #! is not supported by this builder; name its shell by SHELL");
            }
            return new Instruction.Command(List.of(first.content()), true);
        }
        List<String> whole = new ArrayList<>(List.of(line));
        run.documents().forEach(document -> whole.add(document.content() + document.name()));
        return new Instruction.Command(List.of(String.join("\n", whole) + "\n"), true);
    }
}
