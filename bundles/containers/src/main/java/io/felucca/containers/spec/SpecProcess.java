package io.felucca.containers.spec;

import io.felucca.FeluccaException;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.HostConfig;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.containers.security.AppArmor;
import io.felucca.containers.security.CapabilityList;
import io.felucca.containers.security.SecurityOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code process} of a spec: what runs, as whom, with which rights and limits. */
public final class SpecProcess {

    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private SpecProcess() {}

    static Map<String, Object> of(SpecRequest request, HostFacts facts) {
        ContainerConfig config = request.config();
        List<String> args = new ArrayList<>();
        if (Boolean.TRUE.equals(request.host().init())) {
            args.addAll(List.of(SpecMounts.INIT_IN_CONTAINER, "--"));
        }
        int own = args.size();
        if (config.entrypoint() != null) {
            args.addAll(config.entrypoint());
        }
        if (config.cmd() != null) {
            args.addAll(config.cmd());
        }
        if (args.size() == own) {
            throw FeluccaException.invalid("No command specified");
        }
        List<String> env = environment(config, request.containerId(), config.tty(), List.of(), request.user());
        Map<String, Object> process = process(
                args,
                env,
                config.workingDir(),
                config.tty(),
                request.user(),
                CapabilityList.given(request.host(), facts),
                request.host(),
                facts);
        putSize(process, request.host().consoleSize());
        return process;
    }

    static Map<String, Object> ofExec(
            String containerId,
            ContainerConfig config,
            HostConfig host,
            ExecSpec exec,
            ResolvedUser user,
            HostFacts facts) {
        List<String> env =
                environment(config, containerId, exec.tty(), exec.env() == null ? List.of() : exec.env(), user);
        String cwd = SpecResources.text(exec.workingDir()).isEmpty() ? config.workingDir() : exec.workingDir();
        List<String> capabilities = exec.privileged() ? CapabilityList.all(facts) : CapabilityList.given(host, facts);
        Map<String, Object> process = process(exec.cmd(), env, cwd, exec.tty(), user, capabilities, host, facts);
        putSize(process, exec.consoleSize());
        return process;
    }

    private static void putSize(Map<String, Object> process, HostConfig.ConsoleSize size) {
        if (size != null && process.get("terminal").equals(true)) {
            process.put("consoleSize", Map.of("height", size.rows(), "width", size.columns()));
        }
    }

    private static Map<String, Object> process(
            List<String> args,
            List<String> env,
            String cwd,
            boolean tty,
            ResolvedUser user,
            List<String> capabilities,
            HostConfig host,
            HostFacts facts) {
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("terminal", tty);
        Map<String, Object> who = new LinkedHashMap<>();
        who.put("uid", user.uid());
        who.put("gid", user.gid());
        who.put("additionalGids", user.additionalGids());
        process.put("user", who);
        process.put("args", List.copyOf(args));
        process.put("env", env);
        process.put("cwd", SpecResources.text(cwd).isEmpty() ? "/" : cwd);
        process.put("capabilities", capabilities(user, capabilities));
        List<Object> rlimits = Ulimits.of(host, facts).rlimits();
        if (!rlimits.isEmpty()) {
            process.put("rlimits", rlimits);
        }
        SecurityOptions security = SecurityOptions.parse(host.securityOpt());
        process.put("noNewPrivileges", security.noNewPrivileges());
        AppArmor.profile(host, facts).ifPresent(profile -> process.put("apparmorProfile", profile));
        process.put("oomScoreAdj", oomScoreAdj(host, facts));
        return process;
    }

    /** Inheritable and ambient sets are empty always; an unprivileged user has only the bounding set. */
    private static Map<String, Object> capabilities(ResolvedUser user, List<String> given) {
        Map<String, Object> sets = new LinkedHashMap<>();
        sets.put("bounding", given);
        if (user.uid() == 0) {
            sets.put("effective", given);
            sets.put("permitted", given);
        }
        return sets;
    }

    /** Without CAP_SYS_RESOURCE the kernel lets nobody go below their own. */
    public static int oomScoreAdj(HostConfig host, HostFacts facts) {
        int asked = host.oomScoreAdj() == null ? 0 : host.oomScoreAdj();
        return facts.holds("CAP_SYS_RESOURCE") ? asked : Math.max(asked, facts.oomScoreAdj());
    }

    /** The engine's defaults, then the container's and the exec's own in place of them, then HOME when nobody gave it. */
    private static List<String> environment(
            ContainerConfig config, String containerId, boolean tty, List<String> further, ResolvedUser user) {
        Map<String, String> env = new LinkedHashMap<>();
        set(env, PATH);
        set(env, "HOSTNAME=" + hostname(config, containerId));
        if (tty) {
            set(env, "TERM=xterm");
        }
        config.env().forEach(pair -> set(env, pair));
        further.forEach(pair -> set(env, pair));
        env.putIfAbsent("HOME", "HOME=" + user.home());
        return List.copyOf(env.values());
    }

    private static void set(Map<String, String> env, String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            env.remove(pair);
        } else {
            env.put(pair.substring(0, equals), pair);
        }
    }

    static String hostname(ContainerConfig config, String containerId) {
        return Optional.ofNullable(config.hostname())
                .filter(name -> !name.isEmpty())
                .orElse(containerId.substring(0, Math.min(12, containerId.length())));
    }
}
