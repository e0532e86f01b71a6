package io.felucca.linux;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to start, in a session of its own, with an empty signal mask and no descriptor but those named here.
 *
 * @param argv the program's path first; without a slash it is looked up in PATH of this process
 * @param env NAME=value, all of it: nothing of this process's environment is passed
 * @param stdin a descriptor of ours, or {@link #NULL_DEVICE}; so stdout, stderr
 * @param descriptors further ones: the child's number to ours
 * @param cwd empty for this process's own
 */
public record Spawn(
        List<String> argv,
        List<String> env,
        int stdin,
        int stdout,
        int stderr,
        Map<Integer, Integer> descriptors,
        Optional<String> cwd) {

    public static final int NULL_DEVICE = -1;

    public Spawn {
        argv = List.copyOf(argv);
        env = List.copyOf(env);
        descriptors = Map.copyOf(descriptors);
    }

    /** All three standard descriptors on /dev/null. */
    public static Spawn of(List<String> argv, List<String> env) {
        return new Spawn(argv, env, NULL_DEVICE, NULL_DEVICE, NULL_DEVICE, Map.of(), Optional.empty());
    }

    public Spawn withDescriptors(Map<Integer, Integer> descriptors) {
        return new Spawn(argv, env, stdin, stdout, stderr, descriptors, cwd);
    }

    public Spawn withStdio(int stdin, int stdout, int stderr) {
        return new Spawn(argv, env, stdin, stdout, stderr, descriptors, cwd);
    }

    public Spawn withCwd(String cwd) {
        return new Spawn(argv, env, stdin, stdout, stderr, descriptors, Optional.of(cwd));
    }
}
