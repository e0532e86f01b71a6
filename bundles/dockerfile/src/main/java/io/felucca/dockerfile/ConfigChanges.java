package io.felucca.dockerfile;

import io.felucca.FeluccaException;
import io.felucca.images.ImageConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Applies instructions to a configuration. Texts of errors are dockerd's (20.10; it learned STOPSIGNAL later). One use,
 * one thread.
 */
public final class ConfigChanges {

    private static final List<String> SHELL = List.of("/bin/sh", "-c");

    private final char escape;
    private final Map<String, String> arguments = new LinkedHashMap<>();
    private final Map<String, String> env = new LinkedHashMap<>();
    private final Set<String> ports;
    private final Set<String> volumes;
    private final Map<String, String> labels;
    private final List<String> onBuild;
    private List<String> shell;
    private String user;
    private List<String> entrypoint;
    private List<String> cmd;
    private boolean cmdChanged;
    private String workingDir;
    private String stopSignal;
    private ImageConfig.Healthcheck healthcheck;

    public ConfigChanges(ImageConfig base, char escape) {
        this.escape = escape;
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

    /** What it is now. */
    public ImageConfig result() {
        List<String> pairs = new ArrayList<>();
        env.forEach((name, value) -> pairs.add(name + "=" + value));
        return new ImageConfig(
                user,
                Set.copyOf(ports),
                List.copyOf(pairs),
                entrypoint,
                cmd,
                Set.copyOf(volumes),
                workingDir,
                Map.copyOf(labels),
                stopSignal,
                List.copyOf(onBuild),
                shell,
                healthcheck);
    }

    /** A build's argument, which later words may name; a variable of the environment hides it. */
    public void argument(String name, String value) {
        arguments.put(name, value);
    }

    /** Arguments that are not hidden, by name. */
    public Map<String, String> visibleArguments() {
        Map<String, String> visible = new LinkedHashMap<>(arguments);
        visible.keySet().removeAll(env.keySet());
        return visible;
    }

    /** What words may name: the environment, and arguments that it does not hide. */
    public Map<String, String> variables() {
        Map<String, String> all = new HashMap<>(arguments);
        all.putAll(env);
        return all;
    }

    public String expand(String word) {
        return Words.expand(word, variables(), escape);
    }

    /** The command with the shell before it, where it is for one. */
    public List<String> withShell(Instruction.Command command) {
        if (!command.shell()) {
            return command.words();
        }
        List<String> words = new ArrayList<>(shellWords());
        words.addAll(command.words());
        return List.copyOf(words);
    }

    public List<String> shellWords() {
        return shell == null ? SHELL : shell;
    }

    /**
     * Applies one that changes nothing but the configuration; ARG is none.
     *
     * @return how history shows it
     * @throws FeluccaException INVALID with Docker's text
     */
    public String apply(Instruction instruction) {
        if (instruction instanceof Instruction.Env given) {
            Map<String, String> before = variables();
            return "ENV" + pairs(given.pairs(), before, env);
        } else if (instruction instanceof Instruction.Label given) {
            return "LABEL" + pairs(given.pairs(), variables(), labels);
        } else if (instruction instanceof Instruction.Cmd given) {
            cmd = withShell(given.command());
            cmdChanged = true;
            return "CMD " + Texts.quoted(cmd);
        } else if (instruction instanceof Instruction.Entrypoint given) {
            return entrypoint(given);
        } else if (instruction instanceof Instruction.Expose given) {
            return expose(given);
        } else if (instruction instanceof Instruction.Volume given) {
            return volume(given);
        } else if (instruction instanceof Instruction.Healthcheck given) {
            healthcheck = given.check();
            return "HEALTHCHECK " + HealthText.of(healthcheck);
        } else if (instruction instanceof Instruction.OnBuild given) {
            onBuild.add(given.trigger());
            return "ONBUILD " + given.trigger();
        } else if (instruction instanceof Instruction.Shell given) {
            shell = given.words();
            return "SHELL [" + String.join(" ", shell) + "]";
        } else if (instruction instanceof Instruction.User given) {
            user = expand(given.user());
            return "USER " + user;
        } else if (instruction instanceof Instruction.StopSignal given) {
            stopSignal = expand(given.signal());
            return "STOPSIGNAL " + stopSignal;
        } else if (instruction instanceof Instruction.WorkDir given) {
            String path = expand(given.path());
            workingDir = path.startsWith("/") ? path : (workingDir.isEmpty() ? "/" : workingDir + "/") + path;
            return "WORKDIR " + workingDir;
        }
        throw new IllegalArgumentException(instruction.toString());
    }

    /** Puts a path in place of the working directory that was built up from words. */
    public void workingDir(String path) {
        workingDir = path;
    }

    public void clearOnBuild() {
        onBuild.clear();
    }

    private String pairs(List<Instruction.Pair> pairs, Map<String, String> before, Map<String, String> into) {
        StringBuilder shown = new StringBuilder();
        for (Instruction.Pair pair : pairs) {
            String name = Words.expand(pair.name(), before, escape);
            String value = Words.expand(pair.value(), before, escape);
            into.put(name, value);
            shown.append(' ').append(name).append('=').append(value);
        }
        return shown.toString();
    }

    private String entrypoint(Instruction.Entrypoint given) {
        List<String> words = given.command().words();
        entrypoint = words.isEmpty() ? null : withShell(given.command());
        if (!cmdChanged) {
            cmd = null;
        }
        return "ENTRYPOINT " + Texts.quoted(entrypoint == null ? List.of() : entrypoint);
    }

    private String expose(Instruction.Expose given) {
        List<String> words = given.ports().stream().map(this::expand).toList();
        Set<String> exposed = new TreeSet<>();
        words.forEach(word -> exposed.addAll(ExposedPorts.parse(word)));
        ports.addAll(exposed);
        return "EXPOSE " + String.join(" ", words);
    }

    private String volume(Instruction.Volume given) {
        List<String> paths = given.paths().stream().map(this::expand).toList();
        for (String path : paths) {
            if (path.isBlank()) {
                throw FeluccaException.invalid("VOLUME specified can not be an empty string");
            }
            volumes.add(path.strip());
        }
        return "VOLUME [" + String.join(" ", paths) + "]";
    }
}
