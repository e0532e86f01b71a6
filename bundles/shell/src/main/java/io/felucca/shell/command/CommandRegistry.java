package io.felucca.shell.command;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Registers each command as a Gogo function while its {@link Commands} are there. Thread-safe. */
@Component(
        immediate = true,
        service = {})
public final class CommandRegistry {

    private final BundleContext context;
    private final Map<Commands, List<ServiceRegistration<Function>>> registrations = new ConcurrentHashMap<>();

    @Activate
    public CommandRegistry(BundleContext context) {
        this.context = context;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindCommands(Commands commands) {
        registrations.put(
                commands, commands.functions().stream().map(this::register).toList());
    }

    void unbindCommands(Commands commands) {
        List<ServiceRegistration<Function>> registered = registrations.remove(commands);
        if (registered != null) {
            registered.forEach(ServiceRegistration::unregister);
        }
    }

    private ServiceRegistration<Function> register(NamedFunction function) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(CommandProcessor.COMMAND_SCOPE, NamedFunction.SCOPE);
        properties.put(CommandProcessor.COMMAND_FUNCTION, function.name());
        return context.registerService(Function.class, function, properties);
    }
}
