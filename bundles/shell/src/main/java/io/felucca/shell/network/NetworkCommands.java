package io.felucca.shell.network;

import io.felucca.containers.Containers;
import io.felucca.networks.Networks;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.Registrations;
import io.felucca.shell.command.ShellFunction;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the commands of networks and published ports. */
@Component(
        immediate = true,
        service = {})
public final class NetworkCommands {

    private final Registrations registrations;

    @Activate
    public NetworkCommands(BundleContext context, @Reference Networks networks, @Reference Containers containers) {
        registrations = new Registrations(context, functions(networks, containers));
    }

    @Deactivate
    void deactivate() {
        registrations.close();
    }

    static List<NamedFunction> functions(Networks networks, Containers containers) {
        return List.of(
                new CommandGroup("network", "Manage networks")
                        .with(
                                ShellFunction.of(() -> new ConnectCommand(networks, containers), "network connect"),
                                "connect")
                        .with(ShellFunction.of(() -> new CreateCommand(networks), "network create"), "create")
                        .with(
                                ShellFunction.of(
                                        () -> new DisconnectCommand(networks, containers), "network disconnect"),
                                "disconnect")
                        .with(ShellFunction.of(() -> new InspectCommand(networks), "network inspect"), "inspect")
                        .with(
                                ShellFunction.of(() -> new ListCommand(networks), "network ls", "network list"),
                                "ls",
                                "list")
                        .with(ShellFunction.of(() -> new PruneCommand(networks), "network prune"), "prune")
                        .with(
                                ShellFunction.of(() -> new RemoveCommand(networks), "network rm", "network remove"),
                                "rm",
                                "remove"),
                ShellFunction.of(() -> new PortCommand(containers), "container port", "port")
                        .named("port"));
    }
}
