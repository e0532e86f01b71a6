package io.felucca.docker.json;

import static io.felucca.docker.json.DockerJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.containers.Containers;
import java.util.List;

/** Execs in Docker's JSON (API 1.51, ExecConfig, ExecStartConfig and ExecInspectResponse). */
public final class ExecJson {

    private ExecJson() {}

    /**
     * The body of {@code POST /exec/ID/start}.
     *
     * @param rows 0 for no size
     */
    public record Start(boolean detach, boolean tty, int rows, int columns) {}

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
                fields.textOrEmpty("DetachKeys"));
    }

    /** @throws FeluccaException INVALID for a body of the wrong shape */
    public static Start start(JsonNode body) {
        Fields fields = new Fields(body, "");
        JsonNode size = body.path("ConsoleSize");
        boolean sized = size.isArray() && size.size() == 2;
        if (!sized && !size.isMissingNode() && !size.isNull()) {
            throw FeluccaException.invalid("invalid JSON: ConsoleSize must be a height and a width");
        }
        return new Start(
                fields.flag("Detach"),
                fields.flag("Tty"),
                sized ? size.get(0).asInt() : 0,
                sized ? size.get(1).asInt() : 0);
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
