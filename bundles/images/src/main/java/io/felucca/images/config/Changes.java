package io.felucca.images.config;

import io.felucca.FeluccaException;
import io.felucca.images.ImageConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Applies Dockerfile instructions to a configuration: {@code import --change} and {@code commit --change}. Texts of
 * errors are dockerd's (20.10; it learned STOPSIGNAL later). One use, one thread.
 */
public final class Changes {

    private static final Set<String> ALLOWED = Set.of(
            "cmd",
            "entrypoint",
            "env",
            "expose",
            "healthcheck",
            "label",
            "onbuild",
            "stopsignal",
            "user",
            "volume",
            "workdir");
    private static final List<String> HEALTH_FLAGS =
            List.of("interval", "timeout", "start-period", "start-interval", "retries");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,9}");
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Map<String, String> env = new LinkedHashMap<>();
    private final Set<String> ports;
    private final Set<String> volumes;
    private final Map<String, String> labels;
    private final List<String> onBuild;
    private final List<String> shell;
    private String user;
    private List<String> entrypoint;
    private List<String> cmd;
    private boolean cmdChanged;
    private String workingDir;
    private String stopSignal;
    private ImageConfig.Healthcheck healthcheck;

    private Changes(ImageConfig base) {
        for (String pair : base.env()) {
            String[] parts = pair.split("=", 2);
            env.put(parts[0], parts.length > 1 ? parts[1] : "");
        }
        ports = new TreeSet<>(base.exposedPorts());
        volumes = new TreeSet<>(base.volumes());
        labels = new LinkedHashMap<>(base.labels());
        onBuild = new ArrayList<>(base.onBuild());
        shell = base.shell();
        user = base.user();
        entrypoint = base.entrypoint();
        cmd = base.cmd();
        workingDir = base.workingDir();
        stopSignal = base.stopSignal();
        healthcheck = base.healthcheck();
    }

    /** @throws FeluccaException INVALID with Docker's text */
    public static ImageConfig apply(ImageConfig base, List<String> instructions) {
        if (instructions.isEmpty()) {
            return base;
        }
        List<Instruction> parsed = Instruction.parse(instructions);
        for (Instruction instruction : parsed) {
            if (!ALLOWED.contains(instruction.name())) {
                throw FeluccaException.invalid(instruction.name() + " is not a valid change command");
            }
        }
        Changes changes = new Changes(base);
        parsed.forEach(changes::apply);
        return changes.result();
    }

    private ImageConfig result() {
        List<String> pairs = new ArrayList<>();
        env.forEach((name, value) -> pairs.add(name + "=" + value));
        return new ImageConfig(
                user,
                ports,
                pairs,
                entrypoint,
                cmd,
                volumes,
                workingDir,
                labels,
                stopSignal,
                onBuild,
                shell,
                healthcheck);
    }

    private void apply(Instruction given) {
        if (!given.name().equals("healthcheck")) {
            given.flagValues(List.of());
        }
        switch (given.name()) {
            case "cmd" -> {
                cmd = command(given.rest());
                cmdChanged = true;
            }
            case "entrypoint" -> {
                entrypoint = given.rest().isEmpty() ? null : command(given.rest());
                if (!cmdChanged) {
                    cmd = null;
                }
            }
            case "env" -> {
                Map<String, String> before = Map.copyOf(env);
                given.pairs().forEach(pair -> env.put(expand(pair.getKey(), before), expand(pair.getValue(), before)));
            }
            case "label" ->
                given.pairs().forEach(pair -> labels.put(expand(pair.getKey(), env), expand(pair.getValue(), env)));
            case "expose" -> expose(given);
            case "healthcheck" -> healthcheck = health(given);
            case "onbuild" -> onBuild(given);
            case "user" -> user = one(given);
            case "stopsignal" -> stopSignal = one(given);
            case "workdir" -> {
                String path = one(given);
                workingDir = path.startsWith("/") ? path : (workingDir.isEmpty() ? "/" : workingDir + "/") + path;
            }
            case "volume" -> volume(given);
            default -> throw new IllegalStateException(given.name());
        }
    }

    private static String expand(String word, Map<String, String> variables) {
        return ShellWord.expand(word, variables);
    }

    private String one(Instruction given) {
        if (given.rest().isEmpty()) {
            throw FeluccaException.invalid(given.upperName() + " requires exactly one argument");
        }
        return expand(given.rest(), env);
    }

    /** The JSON form, or the shell's. */
    private List<String> command(String text) {
        return Instruction.jsonList(text).orElseGet(() -> {
            List<String> words = new ArrayList<>(shell == null ? List.of("/bin/sh", "-c") : shell);
            if (!text.isEmpty()) {
                words.add(text);
            }
            return List.copyOf(words);
        });
    }

    private void expose(Instruction given) {
        if (given.rest().isEmpty()) {
            throw given.atLeastOneArgument();
        }
        Set<String> exposed = new TreeSet<>();
        for (String word : given.words()) {
            exposed.addAll(ExposedPorts.parse(expand(word, env)));
        }
        ports.addAll(exposed);
    }

    private void volume(Instruction given) {
        if (given.rest().isEmpty()) {
            throw given.atLeastOneArgument();
        }
        for (String word : Instruction.jsonList(given.rest()).orElseGet(given::words)) {
            String path = expand(word, env).strip();
            if (path.isEmpty()) {
                throw FeluccaException.invalid("VOLUME specified can not be an empty string");
            }
            volumes.add(path);
        }
    }

    private void onBuild(Instruction given) {
        if (given.rest().isEmpty()) {
            throw given.atLeastOneArgument();
        }
        String trigger = given.words().get(0).toUpperCase(Locale.ROOT);
        if (trigger.equals("ONBUILD")) {
            throw FeluccaException.invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        }
        if (trigger.equals("MAINTAINER") || trigger.equals("FROM")) {
            throw FeluccaException.invalid(trigger + " isn't allowed as an ONBUILD trigger");
        }
        onBuild.add(given.rest());
    }

    private ImageConfig.Healthcheck health(Instruction given) {
        if (given.rest().isEmpty()) {
            throw given.atLeastOneArgument();
        }
        String type = given.headAndTail()[0].toUpperCase(Locale.ROOT);
        String command = given.headAndTail()[1];
        if (type.equals("NONE")) {
            if (!command.isEmpty()) {
                throw FeluccaException.invalid("HEALTHCHECK NONE takes no arguments");
            }
            return ImageConfig.Healthcheck.NONE;
        }
        Map<String, String> flags = given.flagValues(HEALTH_FLAGS);
        if (!type.equals("CMD")) {
            throw FeluccaException.invalid("Unknown type " + Instruction.quoted(type) + " in HEALTHCHECK (try CMD)");
        }
        if (command.isEmpty()) {
            throw FeluccaException.invalid("Missing command after HEALTHCHECK CMD");
        }
        List<String> test = new ArrayList<>();
        Instruction.jsonList(command)
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
            throw FeluccaException.invalid("Interval " + Instruction.quoted(name) + " cannot be less than 1ms");
        }
        return nanos;
    }

    private static int retries(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        if (!INTEGER.matcher(text).matches()) {
            throw FeluccaException.invalid(
                    "strconv.ParseInt: parsing " + Instruction.quoted(text) + ": invalid syntax");
        }
        int retries = Integer.parseInt(text);
        if (retries < 1) {
            throw FeluccaException.invalid("--retries must be at least 1 (not " + retries + ")");
        }
        return retries;
    }
}
