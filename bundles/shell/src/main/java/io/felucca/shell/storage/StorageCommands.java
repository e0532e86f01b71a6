package io.felucca.shell.storage;

import io.felucca.containers.ContainerMoves;
import io.felucca.containers.Containers;
import io.felucca.images.Images;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.Registrations;
import io.felucca.shell.command.ShellFunction;
import io.felucca.storage.Storage;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the commands of storage drivers (B2). */
@Component(
        immediate = true,
        service = {})
public final class StorageCommands {

    private final Registrations registrations;

    @Activate
    public StorageCommands(
            BundleContext context,
            @Reference Storage storage,
            @Reference Images images,
            @Reference Containers containers,
            @Reference ContainerMoves moves) {
        registrations = new Registrations(context, functions(storage, images, containers, moves));
    }

    @Deactivate
    void deactivate() {
        registrations.close();
    }

    static List<NamedFunction> functions(Storage storage, Images images, Containers containers, ContainerMoves moves) {
        return List.of(new CommandGroup("storage", "Manage storage drivers and what they hold")
                .with(
                        ShellFunction.of(
                                () -> new ListCommand(storage, images, containers), "storage ls", "storage list"),
                        "ls",
                        "list")
                .with(
                        ShellFunction.of(
                                () -> new MigrateCommand(storage, images, containers, moves), "storage migrate"),
                        "migrate"));
    }
}
