package io.felucca.shell.command;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Commands registered as Gogo functions; closing takes them back. */
public final class Registrations implements AutoCloseable {

    private final List<ServiceRegistration<Function>> registrations = new ArrayList<>();

    public Registrations(BundleContext context, List<? extends NamedFunction> functions) {
        for (NamedFunction function : functions) {
            Hashtable<String, Object> properties = new Hashtable<>();
            properties.put(CommandProcessor.COMMAND_SCOPE, NamedFunction.SCOPE);
            properties.put(CommandProcessor.COMMAND_FUNCTION, function.name());
            registrations.add(context.registerService(Function.class, function, properties));
        }
    }

    @Override
    public void close() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
