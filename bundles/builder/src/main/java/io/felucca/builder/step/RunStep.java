package io.felucca.builder.step;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder.Request;
import io.felucca.builder.Builder.StepFailure;
import io.felucca.builder.stage.Stage;
import io.felucca.builder.stage.StageOutput;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.Services;
import io.felucca.containers.HostConfig;
import io.felucca.dockerfile.Instruction;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs the RUN steps of a stage.
 *
 * @param context the unpacked context
 * @param images finds the image of a stage or of a name, which a mount is from
 */
public record RunStep(
        Services services,
        BuildFolder work,
        Request request,
        StepImages steps,
        Path context,
        Function<String, Optional<Digest>> images,
        StageOutput output) {

    private static final List<String> NO_ENTRYPOINT = List.of("");

    public void run(Stage stage, Instruction.Run run) {
        try (StepMounts mounts = new StepMounts(
                services,
                work,
                context,
                images,
                stage.config().result().workingDir(),
                RunFlags.mounts(run.flags(), stage.config()::expand),
                request,
                StepCommand.script(run))) {
            run(stage, run, mounts);
        }
    }

    private void run(Stage stage, Instruction.Run run, StepMounts mounts) {
        HostConfig host = request.hostConfig();
        for (Instruction.Pair flag : run.flags()) {
            host = RunFlags.apply(host, flag);
        }
        List<String> command = stage.config().withShell(StepCommand.of(run));
        Map<String, String> shown = stage.arguments();
        StepImages.Doing doing = new StepImages.Doing(
                StepCommand.shown(command, shown), command.toString() + run.flags() + mounts.fingerprint(), command);
        if (steps.isMade(
                stage, doing, run.flags().isEmpty() && StepCommand.script(run).isEmpty())) {
            return;
        }
        if (stage.image().isEmpty()) {
            steps.makeEmpty(stage);
        }
        Map<String, String> all = new HashMap<>(stage.predefined());
        all.putAll(shown);
        RunContainer container = RunContainer.create(
                services,
                work,
                stage.image().orElseThrow(),
                NO_ENTRYPOINT,
                command,
                all,
                stage.config().result(),
                mounts.prepare(host, output::wantsMore));
        output.running(container.id());
        int code = run(container, mounts);
        if (code != 0) {
            if (request.forceRemove()) {
                output.removed(container.id());
            } else {
                work.note("kept " + container.name());
            }
            throw new StepFailure(
                    code, "The command '" + String.join(" ", command) + "' returned a non-zero code: " + code);
        }
        steps.make(stage, doing, Optional.of(container.layer()), container.id());
        if (request.remove()) {
            container.remove();
            output.removed(container.id());
        } else {
            work.note("kept " + container.name());
        }
    }

    /** A container that does not come to its end is removed before its mounts, so that nobody else has its caches. */
    private int run(RunContainer container, StepMounts mounts) {
        try {
            return container.run(output, mounts);
        } catch (RuntimeException | Error e) {
            try {
                container.remove();
            } catch (FeluccaException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }
}
