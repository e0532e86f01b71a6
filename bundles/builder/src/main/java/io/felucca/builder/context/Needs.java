package io.felucca.builder.context;

import io.felucca.FeluccaException;
import io.felucca.builder.fetch.Download;
import io.felucca.builder.plan.Plan;
import io.felucca.dockerfile.Dockerfile.Step;
import io.felucca.dockerfile.Instruction;
import io.felucca.dockerfile.Instruction.Transfer;
import io.felucca.dockerfile.PathPattern;
import io.felucca.git.GitReference;
import io.felucca.images.Images;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells which files of a context a plan copies, where the Dockerfile alone says it plainly. */
final class Needs {

    private final Images images;

    Needs(Images images) {
        this.images = images;
    }

    /** Empty where anything of the context may be copied; an empty list for nothing. */
    Optional<List<String>> of(Plan plan) {
        Set<String> names = new LinkedHashSet<>();
        List<Plan.Stage> before = new ArrayList<>();
        for (Plan.Stage stage : plan.stages()) {
            Instruction.From from = (Instruction.From) stage.from().instruction();
            if (Plan.find(before, from.image(), before.size()) < 0 && !hasNoTriggers(from.image())) {
                return Optional.empty();
            }
            for (Step step : stage.steps()) {
                if (!add(step.instruction(), names)) {
                    return Optional.empty();
                }
            }
            before.add(stage);
        }
        return Optional.of(List.copyOf(names));
    }

    /** False for an image that may copy something by itself. */
    private boolean hasNoTriggers(String image) {
        if (image.equals("scratch")) {
            return true;
        }
        try {
            return images.get(image).config().onBuild().isEmpty();
        } catch (FeluccaException e) {
            // An image that is not here, or a name that only arguments tell: its build says what is wrong with it.
            return false;
        }
    }

    private static boolean add(Instruction instruction, Set<String> names) {
        if (instruction instanceof Instruction.Copy copy) {
            return !copy.transfer().flag("from").isEmpty() || add(copy.transfer(), false, names);
        } else if (instruction instanceof Instruction.Add add) {
            return add(add.transfer(), true, names);
        } else if (instruction instanceof Instruction.Run run) {
            return run.flags().stream().noneMatch(flag -> flag.name().equals("mount"));
        }
        return true;
    }

    private static boolean add(Transfer transfer, boolean urls, Set<String> names) {
        for (String source : transfer.sources()) {
            if (urls && (Download.isUrl(source) || GitReference.isGit(source))) {
                continue;
            }
            boolean plain = !PathPattern.isPattern(source)
                    && source.chars().noneMatch(c -> c == '$' || c == '\'' || c == '"' || c == '`' || c == '\n')
                    && !List.of(source.split("/")).contains("..");
            String name = plain ? source.replaceAll("(^|/)(\\./|/)*", "$1").replaceAll("^/+|/+$|/\\.$", "") : "";
            if (name.isEmpty() || name.equals(".")) {
                return false;
            }
            names.add(name);
        }
        return true;
    }
}
