package io.felucca.builder.run;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.builder.Builder.Output;
import io.felucca.builder.Builder.Request;
import io.felucca.builder.Builder.StepFailure;
import io.felucca.builder.files.TargetPath;
import io.felucca.builder.files.TreeWriter;
import io.felucca.builder.plan.Plan;
import io.felucca.containers.HostConfig;
import io.felucca.dockerfile.Dockerfile;
import io.felucca.dockerfile.Dockerfile.Step;
import io.felucca.dockerfile.Instruction;
import io.felucca.images.Layers.Layer;
import io.felucca.linux.Directory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the steps of one plan, one after the other. One use, one thread. */
final class Build {

    private final Services services;
    private final WorkFolder work;
    private final Request request;
    private final Output output;
    private final ReceivedContext received;
    private final char escape;
    private final Bases bases;
    private final Directory context;
    private final StepImages steps;
    private final Arguments arguments;
    private final Map<Integer, Stage> done = new HashMap<>();
    private List<Plan.Stage> stages = List.of();
    private int current = -1;

    Build(
            Services services,
            WorkFolder work,
            StepCache cache,
            Request request,
            Output output,
            ReceivedContext received,
            Directory context,
            BuildImages.Hold images) {
        this.services = services;
        this.work = work;
        this.request = request;
        this.output = output;
        this.received = received;
        this.context = context;
        steps = new StepImages(services, cache, request, output, images);
        escape = received.dockerfile().escape();
        bases = new Bases(services, request, output, images);
        arguments = new Arguments(request.arguments(), escape);
    }

    Digest run(Plan plan) {
        stages = plan.stages();
        int count = plan.count();
        int number = 0;
        for (Step step : plan.global()) {
            output.text("Step " + ++number + "/" + count + " : " + step.original() + "\n");
            arguments.declare((Instruction.Arg) step.instruction());
        }
        Stage last = null;
        for (Plan.Stage stage : stages) {
            current = stage.index();
            output.text("Step " + ++number + "/" + count + " : " + stage.from().original() + "\n");
            last = failing(stage.from(), () -> begin(stage));
            shown(last);
            for (Step step : stage.steps()) {
                requireWanted();
                output.text("Step " + ++number + "/" + count + " : " + step.original() + "\n");
                Stage here = last;
                failing(step, () -> {
                    dispatch(here, step);
                    return here;
                });
                shown(last);
            }
            done.put(stage.index(), last);
            last.image().ifPresent(output::stage);
        }
        List<String> unused = arguments.unused();
        if (!unused.isEmpty()) {
            output.text("[Warning] One or more build-args [" + String.join(" ", unused) + "] were not consumed\n");
        }
        Digest image = last.image()
                .orElseThrow(() -> FeluccaException.invalid("No image was generated. Is your Dockerfile empty?"));
        return request.squash() ? steps.squashed(image, last.base()) : image;
    }

    private void shown(Stage stage) {
        output.text(" ---> " + stage.image().map(Digest::shortHex).orElse("") + "\n");
    }

    private void requireWanted() {
        if (!output.wantsMore()) {
            throw FeluccaException.unavailable("Build cancelled");
        }
    }

    private interface Work<T> {
        T run();
    }

    private <T> T failing(Step step, Work<T> work) {
        try {
            return work.run();
        } catch (FeluccaException | StepFailure e) {
            output.failedAt(
                    received.excerpt(request.dockerfile().isEmpty() ? "Dockerfile" : request.dockerfile(), step));
            throw e;
        }
    }

    private Stage begin(Plan.Stage planned) {
        Instruction.From from = (Instruction.From) planned.from().instruction();
        String name = arguments.expand(from.image());
        if (name.isBlank()) {
            throw FeluccaException.invalid("base name (" + from.image() + ") should not be blank");
        }
        String platform = from.platform().isEmpty() ? request.platform() : arguments.expand(from.platform());
        Stage stage = earlier(name)
                .map(before -> new Stage(before.image(), before.config().result(), before.author(), escape))
                .orElseGet(() -> bases.stage(name, platform, escape));
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

    /** The stage before this one that is called so. */
    private Optional<Stage> earlier(String name) {
        int index = -1;
        for (Plan.Stage stage : stages) {
            if (stage.index() < current && Plan.find(List.of(stage), name, 1) == 0) {
                index = stage.index();
            }
        }
        return Optional.ofNullable(done.get(index));
    }

    private void dispatch(Stage stage, Step step) {
        Instruction instruction = step.instruction();
        if (instruction instanceof Instruction.Run run) {
            run(stage, run);
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
            Signals.require(stage.config().result().stopSignal());
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
        String id = Services.newId();
        running(id);
        steps.make(stage, doing, Optional.empty(), id);
        removed(id);
    }

    private static StepImages.Doing doing(Stage stage, String text, String details) {
        return new StepImages.Doing(stage.notRun(text), details, stage.notRunCommand(text));
    }

    private void running(String id) {
        output.text(" ---> Running in " + id.substring(0, 12) + "\n");
    }

    private void removed(String id) {
        output.text("Removing intermediate container " + id.substring(0, 12) + "\n");
    }

    private void workDir(Stage stage, String path) {
        String text = "WORKDIR " + path;
        StepImages.Doing doing = doing(stage, text, "");
        if (steps.isMade(stage, doing, true)) {
            return;
        }
        String id = Services.newId();
        running(id);
        layer(stage, doing, id, layer -> {
            try (Directory root = layer.open();
                    TargetPath.Opened folder = TargetPath.open(root, path, 0, 0)) {
                if (!folder.made().isEmpty()) {
                    TreeWriter.settle(root, folder.made(), folder.made().get(0).parentModified());
                }
            }
        });
        removed(id);
    }

    private void transfer(Stage stage, String name, Instruction.Transfer transfer) {
        String from = stage.config().expand(transfer.flag("from"));
        try (Transferring transferring = new Transferring(services, work, stage, name, transfer, escape)) {
            if (from.isEmpty()) {
                transferTo(stage, transferring, context);
                return;
            }
            Optional<Digest> image = other(from);
            String driver = services.storage().defaultDriver();
            String chain = image.map(id -> services.images().unpack(id, driver)).orElse("");
            try (WorkFolder.MountedLayer view = work.view(driver, chain);
                    Directory root = view.open()) {
                transferTo(stage, transferring, root);
            }
        }
    }

    private Optional<Digest> other(String from) {
        if (Plan.find(stages.stream().filter(each -> each.index() == current).toList(), from, 1) == 0) {
            throw FeluccaException.invalid("invalid from flag value " + from + ": refers to current build stage");
        }
        Optional<Stage> stage = earlier(from);
        if (stage.isPresent()) {
            return stage.get().image();
        }
        try {
            return Optional.of(bases.image(from, request.platform()).id());
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "invalid from flag value " + from + ": " + e.getMessage(), e);
        }
    }

    private void transferTo(Stage stage, Transferring transferring, Directory from) {
        transferring.find(from, output::wantsMore);
        StepImages.Doing doing = doing(stage, transferring.describe(), transferring.details());
        if (!steps.isMade(stage, doing, transferring.isDescribed())) {
            layer(stage, doing, Services.newId(), transferring::write);
        }
    }

    private interface Writing {
        void write(WorkFolder.MountedLayer layer);
    }

    private void layer(Stage stage, StepImages.Doing doing, String id, Writing writing) {
        String driver = services.storage().defaultDriver();
        String chain = stage.image()
                .map(image -> services.images().unpack(image, driver))
                .orElse("");
        try (WorkFolder.MountedLayer layer = work.writable(driver, id, chain)) {
            writing.write(layer);
            layer.unmount();
            steps.make(stage, doing, Optional.of(new Layer(driver, id, IdMap.NONE)), id);
        }
    }

    private void run(Stage stage, Instruction.Run run) {
        try (StepMounts mounts = new StepMounts(
                services,
                work,
                received.folder(),
                this::other,
                stage.config().result().workingDir(),
                RunFlags.mounts(run.flags(), stage.config()::expand),
                request.secrets(),
                RunCommand.script(run))) {
            run(stage, run, mounts);
        }
    }

    private void run(Stage stage, Instruction.Run run, StepMounts mounts) {
        HostConfig host = request.hostConfig();
        for (Instruction.Pair flag : run.flags()) {
            host = RunFlags.apply(host, flag);
        }
        List<String> command = stage.config().withShell(RunCommand.of(run));
        Map<String, String> shown = stage.arguments();
        StepImages.Doing doing = new StepImages.Doing(
                RunCommand.shown(command, shown), command.toString() + run.flags() + mounts.fingerprint(), command);
        if (steps.isMade(
                stage, doing, run.flags().isEmpty() && RunCommand.script(run).isEmpty())) {
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
                command,
                all,
                stage.config().result(),
                mounts.prepare(host, output::wantsMore));
        running(container.id());
        int code = container.run(output, mounts);
        if (code != 0) {
            if (request.forceRemove()) {
                removed(container.id());
            } else {
                work.note("kept " + container.name());
            }
            throw new StepFailure(
                    code, "The command '" + String.join(" ", command) + "' returned a non-zero code: " + code);
        }
        steps.make(stage, doing, Optional.of(container.layer()), container.id());
        if (request.remove()) {
            container.remove();
            removed(container.id());
        } else {
            work.note("kept " + container.name());
        }
    }
}
