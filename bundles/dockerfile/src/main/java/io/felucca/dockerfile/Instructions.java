package io.felucca.dockerfile;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.Instruction.Command;
import io.felucca.dockerfile.Instruction.Pair;
import io.felucca.dockerfile.Instruction.Transfer;
import io.felucca.dockerfile.Instruction.Variable;
import io.felucca.images.ImageConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads lines as instructions. Texts of errors are dockerd's (20.10). */
final class Instructions {

    private static final List<String> HEALTH_FLAGS =
            List.of("interval", "timeout", "start-period", "start-interval", "retries");
    private static final List<String> RUN_FLAGS = List.of("mount", "network", "security");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,9}");
    private static final Pattern STAGE = Pattern.compile("[a-z][a-z0-9-_.]*");
    private static final long NANOS_PER_MILLI = 1_000_000;

    private Instructions() {}

    /** @throws FeluccaException INVALID with Docker's text */
    static Instruction read(Line line) {
        return switch (line.name()) {
            case "run" -> run(line);
            case "copy" ->
                new Instruction.Copy(transfer(line, List.of("from", "chown", "chmod"), List.of("link", "parents")));
            case "add" ->
                new Instruction.Add(transfer(
                        line, List.of("chown", "chmod", "checksum"), List.of("link", "keep-git-dir", "unpack")));
            case "from" -> from(line);
            case "healthcheck" -> new Instruction.Healthcheck(health(line));
            default -> {
                line.flagValues(List.of(), List.of());
                yield plain(line);
            }
        };
    }

    private static Instruction plain(Line line) {
        return switch (line.name()) {
            case "cmd" -> new Instruction.Cmd(command(line));
            case "entrypoint" -> new Instruction.Entrypoint(command(line));
            case "env" -> new Instruction.Env(pairs(line));
            case "label" -> new Instruction.Label(pairs(line));
            case "arg" -> arg(line);
            case "expose" -> new Instruction.Expose(some(line, line.words()));
            case "volume" -> volume(line);
            case "user" -> new Instruction.User(one(line));
            case "workdir" -> new Instruction.WorkDir(one(line));
            case "maintainer" -> new Instruction.Maintainer(one(line));
            case "stopsignal" -> new Instruction.StopSignal(one(line));
            case "shell" -> shell(line);
            case "onbuild" -> onBuild(line);
            default -> throw FeluccaException.invalid("unknown instruction: " + line.upperName());
        };
    }

    private static String one(Line line) {
        if (line.rest().isEmpty()) {
            throw line.exactlyOneArgument();
        }
        return line.rest();
    }

    private static List<String> some(Line line, List<String> words) {
        if (words.isEmpty()) {
            throw line.atLeastOneArgument();
        }
        return words;
    }

    private static Command command(Line line) {
        return line.list()
                .map(words -> new Command(words, false))
                .orElseGet(() -> new Command(line.rest().isEmpty() ? List.of() : List.of(line.rest()), true));
    }

    private static List<Pair> pairs(Line line) {
        List<Pair> pairs = line.pairs();
        if (pairs.isEmpty()) {
            throw line.atLeastOneArgument();
        }
        if (pairs.stream().anyMatch(pair -> pair.name().isEmpty())) {
            throw FeluccaException.invalid(line.upperName() + " names can not be blank");
        }
        return pairs;
    }

    private static Instruction arg(Line line) {
        List<Variable> variables = new ArrayList<>();
        for (String word : some(line, Words.split(line.rest(), line.escape()))) {
            int equals = word.indexOf('=');
            if (equals == 0) {
                throw FeluccaException.invalid("ARG names can not be blank");
            }
            variables.add(
                    equals < 0
                            ? new Variable(word, null)
                            : new Variable(word.substring(0, equals), word.substring(equals + 1)));
        }
        return new Instruction.Arg(List.copyOf(variables));
    }

    private static Instruction volume(Line line) {
        List<String> paths = new ArrayList<>();
        for (String word : some(line, line.wordsOrList())) {
            String path = word.strip();
            if (path.isEmpty()) {
                throw FeluccaException.invalid("VOLUME specified can not be an empty string");
            }
            paths.add(path);
        }
        return new Instruction.Volume(List.copyOf(paths));
    }

    private static Instruction shell(Line line) {
        if (line.rest().isEmpty()) {
            throw line.atLeastOneArgument();
        }
        List<String> words = line.list()
                .orElseThrow(() -> FeluccaException.invalid("SHELL requires the arguments to be in JSON form"));
        return new Instruction.Shell(some(line, words));
    }

    private static Instruction from(Line line) {
        String platform = line.flagValues(List.of("platform"), List.of()).getOrDefault("platform", "");
        List<String> words = line.words();
        if (words.size() == 1) {
            return new Instruction.From(words.get(0), "", platform);
        }
        if (words.size() != 3 || !words.get(1).equalsIgnoreCase("as")) {
            throw FeluccaException.invalid("FROM requires either one or three arguments");
        }
        String name = words.get(2).toLowerCase(Locale.ROOT);
        if (!STAGE.matcher(name).matches()) {
            throw FeluccaException.invalid("invalid name for build stage: " + Texts.quoted(words.get(2))
                    + ", name can't start with a number or contain symbols");
        }
        return new Instruction.From(words.get(0), name, platform);
    }

    private static Instruction run(Line line) {
        List<Pair> flags = new ArrayList<>();
        for (String flag : line.flags()) {
            String[] parts = flag.split("=", 2);
            if (!RUN_FLAGS.contains(parts[0])) {
                throw FeluccaException.invalid("Unknown flag: " + parts[0]);
            }
            if (parts.length == 1) {
                throw FeluccaException.invalid("Missing a value on flag: " + parts[0]);
            }
            flags.add(new Pair(parts[0], parts[1]));
        }
        return new Instruction.Run(command(line), List.copyOf(flags), line.documents());
    }

    private static Transfer transfer(Line line, List<String> known, List<String> switches) {
        List<String> excludes = line.flags().stream()
                .filter(flag -> flag.startsWith("exclude="))
                .map(flag -> flag.substring("exclude=".length()))
                .toList();
        Line others = new Line(
                line.number(),
                line.lastNumber(),
                line.original(),
                line.name(),
                line.flags().stream()
                        .filter(flag -> !flag.startsWith("exclude="))
                        .toList(),
                line.rest(),
                line.documents(),
                line.escape());
        Map<String, String> flags = others.flagValues(known, switches);
        List<String> words = line.wordsOrList();
        if (words.size() < 2) {
            throw FeluccaException.invalid(
                    line.upperName()
                            + " requires at least two arguments, but only one was provided. Destination could not be determined");
        }
        Set<String> documents = new HashSet<>();
        line.documents().forEach(document -> documents.add(document.name()));
        List<String> sources = words.subList(0, words.size() - 1).stream()
                .filter(word -> documents.isEmpty()
                        || HereDocuments.mark(word)
                                .filter(mark -> documents.contains(mark.name()))
                                .isEmpty())
                .toList();
        return new Transfer(sources, words.get(words.size() - 1), Map.copyOf(flags), excludes, line.documents());
    }

    private static Instruction onBuild(Line line) {
        if (line.rest().isEmpty()) {
            throw line.atLeastOneArgument();
        }
        String trigger = line.words().get(0).toUpperCase(Locale.ROOT);
        if (trigger.equals("ONBUILD")) {
            throw FeluccaException.invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        }
        if (trigger.equals("MAINTAINER") || trigger.equals("FROM")) {
            throw FeluccaException.invalid(trigger + " isn't allowed as an ONBUILD trigger");
        }
        return new Instruction.OnBuild(line.rest());
    }

    private static ImageConfig.Healthcheck health(Line line) {
        if (line.rest().isEmpty()) {
            throw line.atLeastOneArgument();
        }
        String type = line.headAndTail()[0].toUpperCase(Locale.ROOT);
        String command = line.headAndTail()[1];
        if (type.equals("NONE")) {
            if (!command.isEmpty()) {
                throw FeluccaException.invalid("HEALTHCHECK NONE takes no arguments");
            }
            return ImageConfig.Healthcheck.NONE;
        }
        Map<String, String> flags = line.flagValues(HEALTH_FLAGS, List.of());
        if (!type.equals("CMD")) {
            throw FeluccaException.invalid("Unknown type " + Texts.quoted(type) + " in HEALTHCHECK (try CMD)");
        }
        if (command.isEmpty()) {
            throw FeluccaException.invalid("Missing command after HEALTHCHECK CMD");
        }
        List<String> test = new ArrayList<>();
        Texts.jsonList(command)
                .ifPresentOrElse(
                        words -> {
                            test.add("CMD");
                            test.addAll(words);
                        },
                        () -> test.addAll(List.of("CMD-SHELL", command)));
        return new ImageConfig.Healthcheck(
                List.copyOf(test),
                interval(flags, "interval"),
                interval(flags, "timeout"),
                interval(flags, "start-period"),
                interval(flags, "start-interval"),
                retries(flags.getOrDefault("retries", "")));
    }

    private static long interval(Map<String, String> flags, String name) {
        String text = flags.getOrDefault(name, "");
        long nanos = text.isEmpty() ? 0 : GoDuration.nanos(text);
        if (nanos != 0 && nanos < NANOS_PER_MILLI) {
            throw FeluccaException.invalid("Interval " + Texts.quoted(name) + " cannot be less than 1ms");
        }
        return nanos;
    }

    private static int retries(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        if (!INTEGER.matcher(text).matches()) {
            throw FeluccaException.invalid("strconv.ParseInt: parsing " + Texts.quoted(text) + ": invalid syntax");
        }
        int retries = Integer.parseInt(text);
        if (retries < 1) {
            throw FeluccaException.invalid("--retries must be at least 1 (not " + retries + ")");
        }
        return retries;
    }
}
