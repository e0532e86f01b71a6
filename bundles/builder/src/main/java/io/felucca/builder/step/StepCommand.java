package io.felucca.builder.step;

import io.felucca.dockerfile.HereDocument;
import io.felucca.dockerfile.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The command of a RUN. */
final class StepCommand {

    /** Where a step sees the script that it is, as with BuildKit. */
    static final String SCRIPTS = "/dev/pipes";

    private StepCommand() {}

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
        Optional<HereDocument> script = script(run);
        if (script.isPresent()) {
            return new Instruction.Command(List.of(SCRIPTS + "/" + script.get().name()), false);
        }
        if (isAlone(run)) {
            return new Instruction.Command(List.of(run.documents().get(0).content()), true);
        }
        List<String> whole = new ArrayList<>(run.command().words().subList(0, 1));
        run.documents().forEach(document -> whole.add(document.content() + document.name()));
        return new Instruction.Command(List.of(String.join("\n", whole) + "\n"), true);
    }

    /** The here-document that names its own interpreter, so that it is run as a program and no shell reads it. */
    static Optional<HereDocument> script(Instruction.Run run) {
        return isAlone(run) && run.documents().get(0).content().startsWith("#!")
                ? Optional.of(run.documents().get(0))
                : Optional.empty();
    }

    private static boolean isAlone(Instruction.Run run) {
        return run.documents().size() == 1
                && run.command()
                        .words()
                        .get(0)
                        .matches("<<-?['\"]?" + run.documents().get(0).name() + "['\"]?");
    }
}
