package io.felucca.shell.interactive;

import io.felucca.shell.command.Commands;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.gogo.GogoFunctions;
import io.felucca.shell.gogo.ServiceFunctions;
import java.util.List;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The command {@code shell}. */
@Component(service = Commands.class)
public final class InteractiveShell implements Commands {

    private final List<NamedFunction> functions;

    @Activate
    public InteractiveShell(BundleContext context, @Reference CommandProcessor processor) {
        functions = functions(processor, new ServiceFunctions(context));
    }

    @Override
    public List<NamedFunction> functions() {
        return functions;
    }

    static List<NamedFunction> functions(CommandProcessor processor, GogoFunctions commands) {
        return List.of(
                ShellFunction.of(() -> new ShellCommand(processor, commands)).named("shell"));
    }
}
