package io.felucca.builder.step;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.builder.Builder.Request;
import io.felucca.builder.Builder.SshAgent;
import io.felucca.builder.work.SecretFiles;
import io.felucca.containers.MountSpec;
import io.felucca.dockerfile.RunMount;
import io.felucca.dockerfile.RunMount.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The mounts of one RUN step that the caller of the build gives something for: secrets and SSH agents. One that nobody
 * gave is left out, unless the step requires it. Texts, names and modes are BuildKit's. One use, one thread.
 */
final class GivenMounts implements AutoCloseable {

    private static final String AGENT_VARIABLE = "SSH_AUTH_SOCK";
    private static final int DEFAULT_SECRET_MODE = 0400;
    private static final int DEFAULT_AGENT_MODE = 0600;

    private final SecretFiles files;
    private final Request request;
    private final Function<RunMount, String> targets;
    private final Map<SecretFiles.Made, RunMount> made = new LinkedHashMap<>();
    private final List<String> environment = new ArrayList<>();
    private String firstAgent = "";
    private int agents;

    /** @param targets finds the path of a mount's target in the container */
    GivenMounts(SecretFiles files, Request request, Function<RunMount, String> targets) {
        this.files = files;
        this.request = request;
        this.targets = targets;
    }

    /** @throws FeluccaException INVALID when it is wrong, or required and not given */
    void requireThere(RunMount mount) {
        String id = idOf(mount);
        if (mount.type() == Type.SECRET) {
            if (id.isEmpty()) {
                throw FeluccaException.invalid("one of source, target required");
            }
            if (mount.required() && !request.secrets().containsKey(id)) {
                throw FeluccaException.invalid("secret " + id + ": not found");
            }
        } else if (mount.type() == Type.SSH) {
            if (!mount.source().isEmpty()) {
                throw FeluccaException.invalid("ssh does not support source");
            }
            if (mount.required() && !request.agents().containsKey(id)) {
                throw FeluccaException.invalid("unset ssh forward key " + id);
            }
        }
    }

    private static String idOf(RunMount mount) {
        if (mount.type() == Type.SSH) {
            return mount.id().isEmpty() ? "default" : mount.id();
        }
        if (!mount.source().isEmpty()) {
            return mount.source();
        }
        return mount.id().isEmpty() ? lastName(mount.target()) : mount.id();
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Makes one ready; empty for one that nobody gave, and for a secret that is a variable alone. */
    Optional<MountSpec> make(RunMount mount) {
        return mount.type() == Type.SECRET ? secret(mount) : agent(mount);
    }

    /** One that is a variable is a file too where its mount names a target. */
    private Optional<MountSpec> secret(RunMount mount) {
        String id = idOf(mount);
        byte[] secret = request.secrets().get(id);
        if (secret == null) {
            return Optional.empty();
        }
        if (!mount.variable().isEmpty()) {
            String value = new String(secret, StandardCharsets.UTF_8);
            if (value.indexOf(0) >= 0) {
                throw FeluccaException.invalid("secret " + id + " has a NUL byte, which no variable can hold:"
                        + " leave env out, and read the file");
            }
            environment.add(mount.variable() + "=" + value);
            if (mount.target().isEmpty()) {
                return Optional.empty();
            }
        }
        String target = mount.target().isEmpty() ? "/run/secrets/" + lastName(id) : targets.apply(mount);
        return Optional.of(bound(files.make(secret, mode(mount, DEFAULT_SECRET_MODE)), mount, target));
    }

    private Optional<MountSpec> agent(RunMount mount) {
        String target = mount.target().isEmpty() ? "/run/buildkit/ssh_agent." + agents : targets.apply(mount);
        if (agents++ == 0) {
            firstAgent = target;
        }
        SshAgent agent = request.agents().get(idOf(mount));
        return Optional.ofNullable(agent)
                .map(there -> bound(files.socket(there, mode(mount, DEFAULT_AGENT_MODE)), mount, target));
    }

    private static int mode(RunMount mount, int otherwise) {
        return mount.mode() < 0 ? otherwise : mount.mode();
    }

    private MountSpec bound(SecretFiles.Made file, RunMount mount, String target) {
        made.put(file, mount);
        return new MountSpec("bind", file.path().toString(), target, true, "", null, null, null);
    }

    /** Gives all the owners that are wanted, in the container's user namespace. */
    void own(IdMap map) {
        made.forEach((file, mount) -> file.own(map, mount.uid(), mount.gid()));
    }

    /**
     * The variables of the step's process besides those of its image, {@code NAME=value}; for no record.
     *
     * @param set names of variables that the step has
     */
    List<String> environment(Set<String> set) {
        List<String> all = new ArrayList<>(environment);
        if (agents > 0 && !set.contains(AGENT_VARIABLE)) {
            all.add(AGENT_VARIABLE + "=" + firstAgent);
        }
        return all;
    }

    /** Ends them all, also after a failure, which is thrown. */
    @Override
    public void close() {
        List<SecretFiles.Made> left = new ArrayList<>(made.keySet());
        made.clear();
        RuntimeException failure = null;
        for (SecretFiles.Made file : left) {
            try {
                file.close();
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
