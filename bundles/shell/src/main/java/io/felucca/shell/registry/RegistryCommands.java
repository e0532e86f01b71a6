package io.felucca.shell.registry;

import io.felucca.registry.Registry;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.Commands;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.command.ShellFunction.Maker;
import java.util.List;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands that need a registry. */
@Component(service = Commands.class)
public final class RegistryCommands implements Commands {

    private final List<NamedFunction> functions;

    @Activate
    public RegistryCommands(@Reference Registry registry) {
        functions = functions(registry);
    }

    @Override
    public List<NamedFunction> functions() {
        return functions;
    }

    static List<NamedFunction> functions(Registry registry) {
        return List.of(
                ShellFunction.of(() -> new LoginCommand(registry)).named("login"),
                ShellFunction.of(LogoutCommand::new).named("logout"),
                pull(() -> registry).named("pull"),
                push(() -> registry).named("push"),
                ShellFunction.of(() -> new SearchCommand(registry)).named("search"),
                new CommandGroup("manifest", "Manage Docker image manifests and manifest lists")
                        .with(ShellFunction.of(() -> new ManifestInspectCommand(registry)), "inspect"));
    }

    /** Makes {@code pull}, which the group of images has, too. @param registry asked for each transfer */
    public static Maker pull(Supplier<Registry> registry) {
        return ShellFunction.of(() -> new PullCommand(registry), "image pull", "pull");
    }

    /** Makes {@code push}, as {@link #pull}. */
    public static Maker push(Supplier<Registry> registry) {
        return ShellFunction.of(() -> new PushCommand(registry), "image push", "push");
    }
}
