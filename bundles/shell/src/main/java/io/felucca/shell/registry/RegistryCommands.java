package io.felucca.shell.registry;

import io.felucca.registry.Registry;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.Registrations;
import io.felucca.shell.command.ShellFunction;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the commands that need a registry. */
@Component(
        immediate = true,
        service = {})
public final class RegistryCommands {

    private final Registrations registrations;

    @Activate
    public RegistryCommands(BundleContext context, @Reference Registry registry) {
        registrations = new Registrations(context, functions(registry));
    }

    @Deactivate
    void deactivate() {
        registrations.close();
    }

    static List<NamedFunction> functions(Registry registry) {
        return List.of(
                ShellFunction.of(() -> new LoginCommand(registry)).named("login"),
                ShellFunction.of(LogoutCommand::new).named("logout"),
                ShellFunction.of(() -> new PullCommand(registry)).named("pull"),
                ShellFunction.of(() -> new PushCommand(registry)).named("push"));
    }
}
