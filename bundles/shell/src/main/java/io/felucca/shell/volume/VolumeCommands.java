package io.felucca.shell.volume;

import io.felucca.containers.ContainerArchives;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.Commands;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import io.felucca.volumes.VolumeCopies;
import io.felucca.volumes.Volumes;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands of volumes. */
@Component(service = Commands.class)
public final class VolumeCommands implements Commands {

    private final List<NamedFunction> functions;

    @Activate
    public VolumeCommands(
            @Reference Volumes volumes, @Reference VolumeCopies copies, @Reference ContainerArchives archives) {
        functions = functions(volumes, copies, archives);
    }

    @Override
    public List<NamedFunction> functions() {
        return functions;
    }

    static List<NamedFunction> functions(Volumes volumes, VolumeCopies copies, ContainerArchives archives) {
        return List.of(new CommandGroup("volume", "Manage volumes")
                .with(ShellFunction.of(() -> new BackupCommands.Backup(volumes, archives), "volume backup"), "backup")
                .with(ShellFunction.of(() -> new CopyCommands.Clone(volumes), "volume clone"), "clone")
                .with(ShellFunction.of(() -> new VolumeCreateCommand(volumes), "volume create"), "create")
                .with(ShellFunction.of(() -> new CopyCommands.Export(volumes, copies), "volume export"), "export")
                .with(ShellFunction.of(() -> new CopyCommands.Import(volumes, copies), "volume import"), "import")
                .with(ShellFunction.of(() -> new VolumeInspectCommand(volumes), "volume inspect"), "inspect")
                .with(ShellFunction.of(() -> new VolumeListCommand(volumes), "volume ls", "volume list"), "ls", "list")
                .with(ShellFunction.of(() -> new VolumePruneCommand(volumes), "volume prune"), "prune")
                .with(
                        ShellFunction.of(() -> new BackupCommands.Restore(volumes, copies, archives), "volume restore"),
                        "restore")
                .with(
                        ShellFunction.of(() -> new VolumeRemoveCommand(volumes), "volume rm", "volume remove"),
                        "rm",
                        "remove")
                .with(ShellFunction.of(() -> new CopyCommands.Snapshot(volumes, copies), "volume snapshot"), "snapshot")
                .with(
                        ShellFunction.of(() -> new CopyCommands.Snapshots(volumes, copies), "volume snapshots"),
                        "snapshots"));
    }
}
