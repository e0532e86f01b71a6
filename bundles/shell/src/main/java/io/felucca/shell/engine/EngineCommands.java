package io.felucca.shell.engine;

import io.felucca.engine.DriverBundles;
import io.felucca.engine.EngineVersion;
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

/** Registers the commands of the engine itself. */
@Component(
        immediate = true,
        service = {})
public final class EngineCommands {

    private final Registrations registrations;

    @Activate
    public EngineCommands(BundleContext context, @Reference EngineVersion version, @Reference DriverBundles bundles) {
        registrations = new Registrations(context, functions(version, bundles));
    }

    @Deactivate
    void deactivate() {
        registrations.close();
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
