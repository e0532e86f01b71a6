package io.felucca.shell.system;

import io.felucca.containers.Containers;
import io.felucca.docker.json.system.InfoJson;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.engine.EngineVersion;
import io.felucca.events.Events;
import io.felucca.images.Images;
import io.felucca.networks.Networks;
import io.felucca.registry.Registry;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.Commands;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.command.ShellFunction.Maker;
import io.felucca.storage.Storage;
import io.felucca.volumes.Volumes;
import java.time.Clock;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands of the engine as a whole. */
@Component(service = Commands.class)
public final class SystemCommands implements Commands {

    private final List<NamedFunction> functions;

    @Activate
    public SystemCommands(
            @Reference EngineRoot root,
            @Reference EngineVersion version,
            @Reference Drivers drivers,
            @Reference Storage storage,
            @Reference Images images,
            @Reference Containers containers,
            @Reference Networks networks,
            @Reference Volumes volumes,
            @Reference Events events,
            @Reference Registry registry) {
        InfoJson.Sources sources = new InfoJson.Sources(
                root, version, drivers, storage, images, containers, networks, volumes, events, registry);
        functions = functions(sources, Clock.systemUTC());
    }

    @Override
    public List<NamedFunction> functions() {
        return functions;
    }

    static List<NamedFunction> functions(InfoJson.Sources engine, Clock clock) {
        Maker follow = ShellFunction.of(() -> new EventsCommand(engine.events(), clock), "system events", "events");
        Maker info = ShellFunction.of(() -> new InfoCommand(engine, clock), "system info", "info");
        CommandGroup system = new CommandGroup("system", "Manage Felucca")
                .with(ShellFunction.of(() -> new DiskUsageCommand(engine, clock)), "df")
                .with(follow, "events")
                .with(info, "info")
                .with(ShellFunction.of(() -> new SystemPruneCommand(engine)), "prune");
        Maker inspect = ShellFunction.of(() -> new InspectCommand(engine));
        return List.of(follow.named("events"), info.named("info"), inspect.named("inspect"), system);
    }
}
