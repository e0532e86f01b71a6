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
import io.felucca.images.ImageConfig;
import io.felucca.images.Layers;
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
    private final StepCache cache;
    private final Request request;
    private final Output output;
    private final ReceivedContext received;
    private final char escape;
    private final Bases bases;
    private final Directory context;
    private final BuildImages.Hold images;
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
        this.cache = cache;
        this.request = request;
        this.output = output;
        this.received = received;
        this.context = context;
        this.images = images;
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
        return last.image()
                .orElseThrow(() -> FeluccaException.invalid("No image was generated. Is your Dockerfile empty?"));
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
        String createdBy = stage.notRun(" " + text);
        String key = key(stage, createdBy, "");
        if (cached(stage, key)) {
            return;
        }
        String id = Services.newId();
        running(id);
        made(stage, key, Optional.empty(), createdBy, stage.notRunCommand(" " + text), id);
        removed(id);
    }

    private void running(String id) {
        output.text(" ---> Running in " + id.substring(0, 12) + "\n");
    }

    private void removed(String id) {
        output.text("Removing intermediate container " + id.substring(0, 12) + "\n");
    }

    private String key(Stage stage, String createdBy, String details) {
        return StepCache.key(services.hashes().sha256(), stage.image(), List.of(createdBy, details, stage.author()));
    }

    private boolean cached(Stage stage, String key) {
        Optional<Digest> found = request.noCache() ? Optional.empty() : cache.find(key, images);
        found.ifPresent(image -> {
            output.text(" ---> Using cache\n");
            stage.image(image);
        });
        return found.isPresent();
    }

    private void made(
            Stage stage, String key, Optional<Layer> layer, String createdBy, List<String> command, String container) {
        Digest image = step(new Layers.Step(
                layer,
                stage.image(),
                stage.author(),
                createdBy,
                container,
                stage.containerConfig(command),
                stage.config().result()));
        cache.put(key, image);
        stage.image(image);
    }

    private Digest step(Layers.Step step) {
        return images.making(step.parent(), () -> services.layers().step(step));
    }

    private void workDir(Stage stage, String path) {
        String text = "WORKDIR " + path;
        String key = key(stage, stage.notRun(text), "");
        if (cached(stage, key)) {
            return;
        }
        String id = Services.newId();
        running(id);
        layer(stage, key, text, id, layer -> {
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
        String text = transferring.describe();
        String key = key(stage, stage.notRun(text), transferring.details());
        if (!cached(stage, key)) {
            layer(stage, key, text, Services.newId(), transferring::write);
        }
    }

    private interface Writing {
        void write(WorkFolder.MountedLayer layer);
    }

    private void layer(Stage stage, String key, String text, String id, Writing writing) {
        String driver = services.storage().defaultDriver();
        String chain = stage.image()
                .map(image -> services.images().unpack(image, driver))
                .orElse("");
        try (WorkFolder.MountedLayer layer = work.writable(driver, id, chain)) {
            writing.write(layer);
            layer.unmount();
            made(
                    stage,
                    key,
                    Optional.of(new Layer(driver, id, IdMap.NONE)),
                    stage.notRun(text),
                    stage.notRunCommand(text),
                    id);
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
                request.secrets())) {
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
        String createdBy = RunCommand.shown(command, shown);
        String key = key(stage, createdBy, command.toString() + run.flags() + mounts.fingerprint());
        if (cached(stage, key)) {
            return;
        }
        if (stage.image().isEmpty()) {
            stage.image(step(new Layers.Step(
                    Optional.empty(),
                    Optional.empty(),
                    "",
                    "",
                    "",
                    ImageConfig.EMPTY,
                    stage.config().result())));
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
        made(stage, key, Optional.of(container.layer()), createdBy, command, container.id());
        if (request.remove()) {
            container.remove();
            removed(container.id());
        } else {
            work.note("kept " + container.name());
        }
    }
}
