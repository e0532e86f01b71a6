package io.felucca.shell.image;

import io.felucca.FeluccaException;
import io.felucca.builder.Builder;
import io.felucca.images.Images;
import io.felucca.images.Layers;
import io.felucca.registry.Registry;
import io.felucca.shell.build.BuildFunctions;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.Commands;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.command.ShellFunction.Maker;
import io.felucca.shell.registry.ImagePull;
import io.felucca.shell.registry.RegistryCommands;
import io.felucca.storage.Storage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The commands of images. */
@Component(service = Commands.class)
public final class ImageCommands implements Commands {

    private final List<NamedFunction> functions;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Builder builder;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Registry registry;

    @Activate
    public ImageCommands(@Reference Images images, @Reference Storage storage, @Reference Layers layers) {
        Maker build = BuildFunctions.build(this::builder, () -> layers);
        List<NamedFunction> all = new ArrayList<>(functions(images, storage, build, this::registry, Clock.systemUTC()));
        all.add(BuildFunctions.group(build, this::builder));
        functions = all;
    }

    private Builder builder() {
        Builder there = builder;
        if (there == null) {
            throw FeluccaException.unavailable("the engine's builds are away: start their bundle, then try again");
        }
        return there;
    }

    @Override
    public List<NamedFunction> functions() {
        return functions;
    }

    private Registry registry() {
        Registry there = registry;
        if (there == null) {
            throw ImagePull.noRegistry();
        }
        return there;
    }

    static List<NamedFunction> functions(
            Images images, Storage storage, Maker build, Supplier<Registry> registry, Clock clock) {
        Maker history = ShellFunction.of(() -> new HistoryCommand(images, clock), "image history", "history");
        Maker importing = ShellFunction.of(() -> new ImportCommand(images), "image import", "import");
        Maker list = ShellFunction.of(() -> new ImageListCommand(images, clock), "image ls", "image list", "images");
        Maker load = ShellFunction.of(() -> new LoadCommand(images), "image load", "load");
        Maker remove = ShellFunction.of(() -> new ImageRemoveCommand(images), "image rm", "image remove", "rmi");
        Maker save = ShellFunction.of(() -> new SaveCommand(images), "image save", "save");
        Maker tag = ShellFunction.of(() -> new TagCommand(images), "image tag", "tag");
        CommandGroup group = new CommandGroup("image", "Manage images")
                .with(build, "build")
                .with(history, "history")
                .with(importing, "import")
                .with(ShellFunction.of(() -> new ImageInspectCommand(images, storage)), "inspect")
                .with(list, "ls", "list")
                .with(load, "load")
                .with(ShellFunction.of(() -> new ImagePruneCommand(images)), "prune")
                .with(RegistryCommands.pull(registry), "pull")
                .with(RegistryCommands.push(registry), "push")
                .with(remove, "rm", "remove")
                .with(save, "save")
                .with(tag, "tag");
        return List.of(
                build.named("build"),
                history.named("history"),
                importing.named("import"),
                list.named("images"),
                load.named("load"),
                remove.named("rmi"),
                save.named("save"),
                tag.named("tag"),
                group);
    }
}
