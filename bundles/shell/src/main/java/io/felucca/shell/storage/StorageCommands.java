package io.felucca.shell.storage;

import io.felucca.containers.ContainerMoves;
import io.felucca.containers.Containers;
import io.felucca.images.Images;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.Commands;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import io.felucca.storage.Storage;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands of storage drivers. */
@Component(service = Commands.class)
public final class StorageCommands implements Commands {

    private final List<NamedFunction> functions;

    @Activate
    public StorageCommands(
            @Reference Storage storage,
            @Reference Images images,
            @Reference Containers containers,
            @Reference ContainerMoves moves) {
        functions = functions(storage, images, containers, moves);
    }

    @Override
    public List<NamedFunction> functions() {
        return functions;
    }

    static List<NamedFunction> functions(Storage storage, Images images, Containers containers, ContainerMoves moves) {
        return List.of(new CommandGroup("storage", "Manage storage drivers and what they hold")
                .with(
                        ShellFunction.of(
                                () -> new StorageListCommand(storage, images, containers),
                                "storage ls",
                                "storage list"),
                        "ls",
                        "list")
                .with(
                        ShellFunction.of(
                                () -> new MigrateCommand(storage, images, containers, moves), "storage migrate"),
                        "migrate"));
    }
}
