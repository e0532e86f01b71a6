package io.felucca.shell.volume;

import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.Registrations;
import io.felucca.shell.command.ShellFunction;
import io.felucca.volumes.Volumes;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the commands of volumes. */
@Component(
        immediate = true,
        service = {})
public final class VolumeCommands {

    private final Registrations registrations;

    @Activate
    public VolumeCommands(BundleContext context, @Reference Volumes volumes) {
        registrations = new Registrations(context, functions(volumes));
    }

    @Deactivate
    void deactivate() {
        registrations.close();
    }

    static List<NamedFunction> functions(Volumes volumes) {
        return List.of(new CommandGroup("volume", "Manage volumes")
                .with(ShellFunction.of(() -> new CreateCommand(volumes), "volume create"), "create")
                .with(ShellFunction.of(() -> new InspectCommand(volumes), "volume inspect"), "inspect")
                .with(ShellFunction.of(() -> new ListCommand(volumes), "volume ls", "volume list"), "ls", "list")
                .with(ShellFunction.of(() -> new PruneCommand(volumes), "volume prune"), "prune")
                .with(
                        ShellFunction.of(() -> new RemoveCommand(volumes), "volume rm", "volume remove"),
                        "rm",
                        "remove"));
    }
}
