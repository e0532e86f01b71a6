package io.felucca.builder.plan;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.Dockerfile;
import io.felucca.dockerfile.Instruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What of a Dockerfile is built.
 *
 * @param global arguments before the first stage
 * @param stages those that the target needs, in order, the target last
 */
public record Plan(List<Dockerfile.Step> global, List<Stage> stages) {

    /**
     * A stage.
     *
     * @param index in the Dockerfile, from 0
     * @param name lower case; empty for none
     */
    public record Stage(int index, String name, Dockerfile.Step from, List<Dockerfile.Step> steps) {

        boolean isCalled(String word) {
            return !name.isEmpty() && name.equals(word.toLowerCase(Locale.ROOT)) || word.equals(String.valueOf(index));
        }
    }

    /** @param target empty for the last stage. @throws FeluccaException INVALID with Docker's text */
    public static Plan of(Dockerfile dockerfile, String target) {
        List<Dockerfile.Step> global = new ArrayList<>();
        List<Stage> stages = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        for (Dockerfile.Step step : dockerfile.steps()) {
            if (step.instruction() instanceof Instruction.From from) {
                if (!from.name().isEmpty() && names.put(from.name(), from.name()) != null) {
                    throw FeluccaException.invalid(from.name() + " stage name already used");
                }
                stages.add(new Stage(stages.size(), from.name(), step, new ArrayList<>()));
            } else if (stages.isEmpty()) {
                global.add(step);
            } else {
                stages.get(stages.size() - 1).steps().add(step);
            }
        }
        int last = target.isEmpty() ? stages.size() - 1 : find(stages, target, stages.size());
        if (last < 0) {
            throw FeluccaException.invalid("failed to reach build target " + target + " in Dockerfile");
        }
        Set<Integer> needed = new HashSet<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(last));
        while (!open.isEmpty()) {
            Stage stage = stages.get(open.pop());
            if (needed.add(stage.index())) {
                needs(stages, stage, open);
            }
        }
        return new Plan(
                List.copyOf(global),
                stages.stream().filter(stage -> needed.contains(stage.index())).toList());
    }

    private static void needs(List<Stage> stages, Stage stage, Deque<Integer> into) {
        Instruction.From from = (Instruction.From) stage.from().instruction();
        named(stages, stage, from.image(), into);
        for (Dockerfile.Step step : stage.steps()) {
            if (step.instruction() instanceof Instruction.Copy copy) {
                named(stages, stage, copy.transfer().flag("from"), into);
            } else if (step.instruction() instanceof Instruction.Run run) {
                mounted(run).forEach(name -> named(stages, stage, name, into));
            }
        }
    }

    /** Stages and images that the mounts of a step are from, as far as its words alone tell them. */
    private static List<String> mounted(Instruction.Run run) {
        return run.flags().stream()
                .filter(flag -> flag.name().equals("mount"))
                .flatMap(flag -> Stream.of(flag.value().split(",")))
                .filter(field -> field.startsWith("from="))
                .map(field -> field.substring("from=".length()))
                .toList();
    }

    /**
     * The first steps of a stage, FROM among them, that an earlier one has word for word: they are made once.
     *
     * @param stage the earlier one's index
     */
    public record Shared(int stage, int steps) {}

    /** The steps that stages share with earlier ones, by the index of the later stage. */
    public Map<Integer, Shared> shared() {
        Map<String, Integer> known = new HashMap<>();
        List<Integer> owners = new ArrayList<>();
        Map<Integer, Shared> shared = new HashMap<>();
        for (Stage stage : stages) {
            Instruction.From from = (Instruction.From) stage.from().instruction();
            int steps = 0;
            String prefix = from.image() + " " + from.platform();
            for (int i = 0; i <= stage.steps().size(); i++) {
                Integer node = known.putIfAbsent(prefix, owners.size());
                if (node == null) {
                    node = owners.size();
                    owners.add(stage.index());
                } else {
                    steps++;
                    shared.put(stage.index(), new Shared(owners.get(node), steps));
                }
                prefix = node + " "
                        + (i < stage.steps().size() ? stage.steps().get(i).original() : "");
            }
        }
        return shared;
    }

    private static void named(List<Stage> stages, Stage stage, String name, Deque<Integer> into) {
        if (name.indexOf('$') >= 0) {
            // A name that only arguments tell may be that of any stage before.
            for (int i = 0; i < stage.index(); i++) {
                into.push(i);
            }
            return;
        }
        int index = name.isEmpty() ? -1 : find(stages, name, stage.index());
        if (index >= 0) {
            into.push(index);
        }
    }

    /** The last of the first {@code count} stages that is called so; -1 for none. */
    public static int find(List<Stage> stages, String word, int count) {
        for (int i = Math.min(count, stages.size()) - 1; i >= 0; i--) {
            if (stages.get(i).isCalled(word)) {
                return i;
            }
        }
        return -1;
    }

    /** How many steps are shown, those that triggers bring not among them. */
    public int count() {
        return global.size()
                + stages.stream().mapToInt(stage -> 1 + stage.steps().size()).sum();
    }

    /** The same with labels of the request as the target's last instructions, one each. */
    public Plan labelled(Map<String, String> labels) {
        Stage target = stages.get(stages.size() - 1);
        List<Dockerfile.Step> steps = new ArrayList<>(target.steps());
        int line = (steps.isEmpty() ? target.from() : steps.get(steps.size() - 1)).lastLine();
        new TreeMap<>(labels).forEach((name, value) -> {
            Instruction label = new Instruction.Label(List.of(new Instruction.Pair(literal(name), literal(value))));
            steps.add(new Dockerfile.Step(label, "LABEL " + name + "=" + value, line, line));
        });
        List<Stage> all = new ArrayList<>(stages);
        all.set(all.size() - 1, new Stage(target.index(), target.name(), target.from(), List.copyOf(steps)));
        return new Plan(global, List.copyOf(all));
    }

    /** A word that no variable or quote in it changes. */
    private static String literal(String text) {
        return "'" + text.replace("'", "'\"'\"'") + "'";
    }
}
