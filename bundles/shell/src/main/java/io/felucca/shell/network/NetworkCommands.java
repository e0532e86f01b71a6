package io.felucca.shell.network;

import io.felucca.containers.Containers;
import io.felucca.networks.Networks;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.Commands;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands of networks and published ports. */
@Component(service = Commands.class)
public final class NetworkCommands implements Commands {

    private final List<NamedFunction> functions;

    @Activate
    public NetworkCommands(@Reference Networks networks, @Reference Containers containers) {
        functions = functions(networks, containers);
    }

    @Override
    public List<NamedFunction> functions() {
        return functions;
    }

    static List<NamedFunction> functions(Networks networks, Containers containers) {
        return List.of(
                new CommandGroup("network", "Manage networks")
                        .with(
                                ShellFunction.of(() -> new ConnectCommand(networks, containers), "network connect"),
                                "connect")
                        .with(ShellFunction.of(() -> new NetworkCreateCommand(networks), "network create"), "create")
                        .with(
                                ShellFunction.of(
                                        () -> new DisconnectCommand(networks, containers), "network disconnect"),
                                "disconnect")
                        .with(ShellFunction.of(() -> new NetworkInspectCommand(networks), "network inspect"), "inspect")
                        .with(
                                ShellFunction.of(() -> new NetworkListCommand(networks), "network ls", "network list"),
                                "ls",
                                "list")
                        .with(ShellFunction.of(() -> new NetworkPruneCommand(networks), "network prune"), "prune")
                        .with(
                                ShellFunction.of(
                                        () -> new NetworkRemoveCommand(networks), "network rm", "network remove"),
                                "rm",
                                "remove"),
                ShellFunction.of(() -> new PortCommand(containers), "container port", "port")
                        .named("port"));
    }
}
