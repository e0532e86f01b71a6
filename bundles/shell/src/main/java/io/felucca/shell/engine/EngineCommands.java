package io.felucca.shell.engine;

import io.felucca.engine.DriverBundles;
import io.felucca.engine.EngineVersion;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.Commands;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands of the engine itself. */
@Component(service = Commands.class)
public final class EngineCommands implements Commands {

    private final List<NamedFunction> functions;

    @Activate
    public EngineCommands(@Reference EngineVersion version, @Reference DriverBundles bundles) {
        functions = functions(version, bundles);
    }

    @Override
    public List<NamedFunction> functions() {
        return functions;
    }

    static List<NamedFunction> functions(EngineVersion version, DriverBundles bundles) {
        CommandGroup driver = new CommandGroup("driver", "Manage drivers")
                .with(ShellFunction.of(() -> new DriverCommand.Ls(bundles)), "ls", "list")
                .with(ShellFunction.of(() -> new DriverCommand.Install(bundles)), "install")
                .with(ShellFunction.of(() -> new DriverCommand.Update(bundles)), "update")
                .with(ShellFunction.of(() -> new DriverCommand.Stop(bundles)), "stop")
                .with(ShellFunction.of(() -> new DriverCommand.Start(bundles)), "start")
                .with(ShellFunction.of(() -> new DriverCommand.Uninstall(bundles)), "uninstall", "rm");
        return List.of(ShellFunction.of(() -> new VersionCommand(version)).named("version"), driver);
    }
}
