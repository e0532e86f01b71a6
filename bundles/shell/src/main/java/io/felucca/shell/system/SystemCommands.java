package io.felucca.shell.system;

import io.felucca.events.Events;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.Registrations;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.command.ShellFunction.Maker;
import java.time.Clock;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the commands of the engine as a whole. */
@Component(
        immediate = true,
        service = {})
public final class SystemCommands {

    private final Registrations registrations;

    @Activate
    public SystemCommands(BundleContext context, @Reference Events events) {
        registrations = new Registrations(context, functions(events, Clock.systemUTC()));
    }

    @Deactivate
    void deactivate() {
        registrations.close();
    }

    static List<NamedFunction> functions(Events events, Clock clock) {
        Maker follow = ShellFunction.of(() -> new EventsCommand(events, clock), "system events", "events");
        CommandGroup system = new CommandGroup("system", "Manage Felucca").with(follow, "events");
        return List.of(follow.named("events"), system);
    }
}
