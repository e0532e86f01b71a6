package io.felucca.shell.image;

import io.felucca.images.Images;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.Registrations;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.command.ShellFunction.Maker;
import io.felucca.storage.Storage;
import java.time.Clock;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the commands of images. */
@Component(
        immediate = true,
        service = {})
public final class ImageCommands {

    private final Registrations registrations;

    @Activate
    public ImageCommands(BundleContext context, @Reference Images images, @Reference Storage storage) {
        registrations = new Registrations(context, functions(images, storage, Clock.systemUTC()));
    }

    @Deactivate
    void deactivate() {
        registrations.close();
    }

    static List<NamedFunction> functions(Images images, Storage storage, Clock clock) {
        Maker history = ShellFunction.of(() -> new HistoryCommand(images, clock), "image history", "history");
        Maker importing = ShellFunction.of(() -> new ImportCommand(images), "image import", "import");
        Maker list = ShellFunction.of(() -> new ListCommand(images, clock), "image ls", "image list", "images");
        Maker load = ShellFunction.of(() -> new LoadCommand(images), "image load", "load");
        Maker remove = ShellFunction.of(() -> new RemoveCommand(images), "image rm", "image remove", "rmi");
        Maker save = ShellFunction.of(() -> new SaveCommand(images), "image save", "save");
        Maker tag = ShellFunction.of(() -> new TagCommand(images), "image tag", "tag");
        CommandGroup group = new CommandGroup("image", "Manage images")
                .with(history, "history")
                .with(importing, "import")
                .with(ShellFunction.of(() -> new InspectCommand(images, storage)), "inspect")
                .with(list, "ls", "list")
                .with(load, "load")
                .with(ShellFunction.of(() -> new PruneCommand(images)), "prune")
                .with(remove, "rm", "remove")
                .with(save, "save")
                .with(tag, "tag");
        return List.of(
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
