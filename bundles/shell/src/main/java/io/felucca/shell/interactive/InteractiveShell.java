package io.felucca.shell.interactive;

import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.Registrations;
import io.felucca.shell.command.ShellFunction;
import java.util.List;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Registers the command {@code shell}. */
@Component(
        immediate = true,
        service = {})
public final class InteractiveShell {

    private final Registrations registrations;

    @Activate
    public InteractiveShell(BundleContext context, @Reference CommandProcessor processor) {
        registrations = new Registrations(context, functions(processor));
    }

    @Deactivate
    void deactivate() {
        registrations.close();
    }

    static List<NamedFunction> functions(CommandProcessor processor) {
        return List.of(ShellFunction.of(() -> new ShellCommand(processor)).named("shell"));
    }
}
