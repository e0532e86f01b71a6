package io.felucca.docker.json.container;

import static io.felucca.docker.json.DockerJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.containers.Containers;
import io.felucca.containers.HostConfig;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.Fields;
import java.util.List;

/** Execs in Docker's JSON (API 1.51, ExecConfig, ExecStartConfig and ExecInspectResponse). */
public final class ExecJson {

    private ExecJson() {}

    /**
     * The body of {@code POST /exec/ID/start}.
     *
     * @param consoleSize null for the one that it was made with
     */
    public record Start(boolean detach, boolean tty, HostConfig.ConsoleSize consoleSize) {}

    /** The body of {@code POST /containers/ID/exec}. @throws FeluccaException INVALID for one of the wrong shape */
    public static Containers.ExecSpec create(JsonNode body) {
        Fields fields = new Fields(body, "");
        List<String> cmd = fields.words("Cmd");
        List<String> env = fields.texts("Env");
        return new Containers.ExecSpec(
                cmd == null ? List.of() : cmd,
                fields.flag("AttachStdin"),
                fields.flag("AttachStdout"),
                fields.flag("AttachStderr"),
                fields.flag("Tty"),
                fields.textOrEmpty("User"),
                fields.textOrEmpty("WorkingDir"),
                env == null ? List.of() : env,
                fields.flag("Privileged"),
                fields.textOrEmpty("DetachKeys"),
                CreateJson.consoleSize(fields));
    }

    /** @throws FeluccaException INVALID for a body of the wrong shape */
    public static Start start(JsonNode body) {
        Fields fields = new Fields(body, "");
        return new Start(fields.flag("Detach"), fields.flag("Tty"), CreateJson.consoleSize(fields));
    }

    /** What {@code GET /exec/ID/json} answers. */
    public static ObjectNode inspect(Containers.Exec exec) {
        Containers.ExecSpec spec = exec.spec();
        ObjectNode root = DockerJson.object();
        root.put("ID", exec.id()).put("Running", exec.running()).put("ExitCode", exec.exitCode());
        ObjectNode process = root.putObject("ProcessConfig");
        process.put("tty", spec.tty())
                .put("entrypoint", spec.cmd().isEmpty() ? "" : spec.cmd().get(0));
        DockerJson.putList(
                process,
                "arguments",
                spec.cmd().isEmpty()
                        ? List.of()
                        : spec.cmd().subList(1, spec.cmd().size()));
        process.put("privileged", spec.privileged());
        if (!text(spec.user()).isEmpty()) {
            process.put("user", spec.user());
        }
        return root.put("OpenStdin", spec.attachStdin())
                .put("OpenStderr", spec.attachStderr())
                .put("OpenStdout", spec.attachStdout())
                .put("CanRemove", false)
                .put("ContainerID", exec.containerId())
                .put("DetachKeys", "")
                .put("Pid", exec.pid());
    }
}
