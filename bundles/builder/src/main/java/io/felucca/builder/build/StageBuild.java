package io.felucca.builder.build;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.builder.Builder.Excerpt;
import io.felucca.builder.Builder.Request;
import io.felucca.builder.Builder.StepFailure;
import io.felucca.builder.context.ReceivedContext;
import io.felucca.builder.files.TargetPath;
import io.felucca.builder.files.TreeWriter;
import io.felucca.builder.plan.Plan;
import io.felucca.builder.stage.BuildArguments;
import io.felucca.builder.stage.Stage;
import io.felucca.builder.stage.StageOutput;
import io.felucca.builder.stage.StageResults;
import io.felucca.builder.stage.StopSignals;
import io.felucca.builder.step.CopyStep;
import io.felucca.builder.step.RunContainer;
import io.felucca.builder.step.RunStep;
import io.felucca.builder.step.StepImages;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.Services;
import io.felucca.dockerfile.Dockerfile;
import io.felucca.dockerfile.Dockerfile.Step;
import io.felucca.dockerfile.Instruction;
import io.felucca.images.Layers.Layer;
import io.felucca.linux.files.Directory;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the steps of one stage, one after the other. One use, one thread. */
final class StageBuild {

    private final Services services;
    private final BuildFolder work;
    private final Request request;
    private final StageOutput output;
    private final ReceivedContext received;
    private final char escape;
    private final Bases bases;
    private final Directory context;
    private final StepImages steps;
    private final BuildArguments arguments;
    private final StageResults results;
    private final List<Plan.Stage> stages;
    private final Plan.Stage planned;
    private final Plan.Shared shared;
    private final int firstNumber;
    private final int count;
    private Optional<Excerpt> where = Optional.empty();
    private Stage last;

    /**
     * @param shared the steps that an earlier stage makes for this one, too; null for none
     * @param before how many steps are counted before this stage's
     */
    StageBuild(
            Build.Parts parts,
            StageResults results,
            Plan plan,
            Plan.Stage planned,
            Plan.Shared shared,
            int before,
            StageOutput output) {
        services = parts.services();
        work = parts.work();
        request = parts.request();
        received = parts.received();
        context = parts.context();
        bases = parts.bases();
        arguments = parts.arguments();
        escape = received.dockerfile().escape();
        steps = new StepImages(services, parts.cache(), request, output, parts.images());
        this.results = results;
        this.output = output;
        this.planned = planned;
        // Without a cache, only the base is made once.
        this.shared = request.noCache() && shared != null ? new Plan.Shared(shared.stage(), 1) : shared;
        stages = plan.stages();
        firstNumber = before + 1;
        count = plan.count();
    }

    int index() {
        return planned.index();
    }

    StageOutput output() {
        return output;
    }

    /** The lines of the step that has failed. */
    Optional<Excerpt> where() {
        return where;
    }

    /** The stage's image. @throws FeluccaException INVALID when that is nothing */
    Digest image() {
        Digest image = last.image()
                .orElseThrow(() -> FeluccaException.invalid("No image was generated. Is your Dockerfile empty?"));
        return request.squash() ? steps.squashed(image, last.base()) : image;
    }

    void run() {
        step(planned.from(), 0, () -> last = begin());
        int number = 1;
        for (Step step : planned.steps()) {
            step(step, number++, () -> dispatch(last, step));
        }
        last.image().ifPresent(output::stage);
        results.finish(index(), last);
    }

    /** @param number of the step in its stage, from 0 */
    private void step(Step step, int number, Runnable work) {
        results.requireWanted();
        if (shared != null && number < shared.steps()) {
            results.awaitSteps(index(), shared.stage(), number + 1);
        }
        output.step(firstNumber + number, count, step.original());
        try {
            work.run();
        } catch (FeluccaException | StepFailure e) {
            String name = request.dockerfile().isEmpty() ? "Dockerfile" : request.dockerfile();
            where = Optional.of(received.excerpt(name, step));
            throw e;
        }
        output.made(last.image());
        results.pass(index(), number + 1);
    }

    private Stage begin() {
        Instruction.From from = (Instruction.From) planned.from().instruction();
        String name = arguments.expand(from.image());
        if (name.isBlank()) {
            throw FeluccaException.invalid("base name (" + from.image() + ") should not be blank");
        }
        String platform = from.platform().isEmpty() ? request.platform() : arguments.expand(from.platform());
        Stage stage = earlier(name)
                .map(before -> new Stage(before.image(), before.config().result(), before.author(), escape))
                .orElseGet(() -> bases.stage(name, platform, escape, output));
        arguments.begin(stage);
        List<String> triggers = stage.config().result().onBuild();
        if (!triggers.isEmpty()) {
            stage.config().clearOnBuild();
            output.text("# Executing " + triggers.size() + " build trigger" + (triggers.size() > 1 ? "s" : "") + "\n");
            for (String trigger : triggers) {
                Dockerfile.instructions(List.of(trigger)).forEach(step -> dispatch(stage, step));
            }
        }
        return stage;
    }

    /** The stage before this one that is called so, once it is done. */
    private Optional<Stage> earlier(String name) {
        int index = -1;
        for (Plan.Stage stage : stages) {
            if (stage.index() < index() && Plan.find(List.of(stage), name, 1) == 0) {
                index = stage.index();
            }
        }
        return index < 0 ? Optional.empty() : Optional.of(results.await(index(), index));
    }

    private void dispatch(Stage stage, Step step) {
        Instruction instruction = step.instruction();
        if (instruction instanceof Instruction.Run run) {
            new RunStep(services, work, request, steps, received.folder(), this::other, output).run(stage, run);
        } else if (instruction instanceof Instruction.Copy copy) {
            transfer(stage, "COPY", copy.transfer());
        } else if (instruction instanceof Instruction.Add add) {
            transfer(stage, "ADD", add.transfer());
        } else if (instruction instanceof Instruction.WorkDir) {
            String before = stage.config().apply(instruction);
            String path = TargetPath.clean(before.substring("WORKDIR ".length()));
            stage.config().workingDir(path);
            workDir(stage, path);
        } else if (instruction instanceof Instruction.Arg arg) {
            configure(stage, arguments.declare(arg, stage));
        } else if (instruction instanceof Instruction.Maintainer maintainer) {
            stage.author(maintainer.name());
            configure(stage, "MAINTAINER " + maintainer.name());
        } else if (instruction instanceof Instruction.StopSignal) {
            String text = stage.config().apply(instruction);
            StopSignals.require(stage.config().result().stopSignal());
            configure(stage, text);
        } else {
            configure(stage, stage.config().apply(instruction));
        }
    }

    private void configure(Stage stage, String text) {
        StepImages.Doing doing = doing(stage, " " + text, "");
        if (steps.isMade(stage, doing, true)) {
            return;
        }
        String id = container(stage, doing);
        output.running(id);
        steps.make(stage, doing, Optional.empty(), id);
        tellRemoved(id);
    }

    private static StepImages.Doing doing(Stage stage, String text, String details) {
        return new StepImages.Doing(stage.notRun(text), details, stage.notRunCommand(text));
    }

    private void workDir(Stage stage, String path) {
        String text = "WORKDIR " + path;
        StepImages.Doing doing = doing(stage, text, "");
        if (steps.isMade(stage, doing, true)) {
            return;
        }
        String id = container(stage, doing);
        output.running(id);
        layer(stage, doing, id, layer -> {
            try (Directory root = layer.open();
                    TargetPath.Opened folder = TargetPath.open(root, path, 0, 0)) {
                if (!folder.made().isEmpty()) {
                    TreeWriter.settle(root, folder.made(), folder.made().get(0).parentModified());
                }
            }
        });
        tellRemoved(id);
    }

    /** Docker's builder has a container for a step that runs nothing, too; here it is made where it is to stay. */
    private String container(Stage stage, StepImages.Doing doing) {
        if (request.remove() || stage.image().isEmpty()) {
            return Services.newId();
        }
        RunContainer container = RunContainer.create(
                services,
                work,
                stage.image().get(),
                stage.config().result().entrypoint(),
                doing.command(),
                Map.of(),
                stage.config().result(),
                request.hostConfig());
        work.note("kept " + container.name());
        return container.id();
    }

    private void tellRemoved(String id) {
        if (request.remove()) {
            output.removed(id);
        }
    }

    private void transfer(Stage stage, String name, Instruction.Transfer transfer) {
        String from = stage.config().expand(transfer.flag("from"));
        try (CopyStep transferring = new CopyStep(services, work, stage, name, transfer, escape)) {
            if (from.isEmpty()) {
                transferTo(stage, transferring, context);
                return;
            }
            Optional<Digest> image = other(from);
            String driver = services.storage().defaultDriver();
            String chain = image.map(id -> services.images().unpack(id, driver)).orElse("");
            try (BuildFolder.MountedLayer view = work.view(driver, chain);
                    Directory root = view.open()) {
                transferTo(stage, transferring, root);
            }
        }
    }

    private Optional<Digest> other(String from) {
        if (Plan.find(List.of(planned), from, 1) == 0) {
            throw FeluccaException.invalid("invalid from flag value " + from + ": refers to current build stage");
        }
        Optional<Stage> stage = earlier(from);
        if (stage.isPresent()) {
            return stage.get().image();
        }
        try {
            return Optional.of(bases.image(from, request.platform(), output).id());
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "invalid from flag value " + from + ": " + e.getMessage(), e);
        }
    }

    private void transferTo(Stage stage, CopyStep transferring, Directory from) {
        transferring.find(from, output::wantsMore);
        StepImages.Doing doing = doing(stage, transferring.describe(), transferring.details());
        if (!steps.isMade(stage, doing, transferring.isDescribed())) {
            layer(stage, doing, Services.newId(), layer -> transferring.write(layer, output::wantsMore));
        }
    }

    private interface Writing {
        void write(BuildFolder.MountedLayer layer);
    }

    /** @param id of the container that dockerd would have made the layer in */
    private void layer(Stage stage, StepImages.Doing doing, String id, Writing writing) {
        String driver = services.storage().defaultDriver();
        String chain = stage.image()
                .map(image -> services.images().unpack(image, driver))
                .orElse("");
        String key = Services.newId();
        try (BuildFolder.MountedLayer layer = work.writable(driver, key, chain)) {
            writing.write(layer);
            layer.unmount();
            steps.make(stage, doing, Optional.of(new Layer(driver, key, IdMap.NONE)), id);
        }
    }
}
