package io.felucca.shell.gogo;

import io.felucca.shell.command.NamedFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The commands among the framework's services. They have no service factory, so that nothing has to be given back. */
public final class ServiceFunctions implements GogoFunctions {

    private final BundleContext context;

    public ServiceFunctions(BundleContext context) {
        this.context = context;
    }

    @Override
    public Optional<NamedFunction> find(String name) {
        // A name that is no command's may hold what a filter takes for its own.
        return name.matches("[a-z-]+")
                ? matching("(" + CommandProcessor.COMMAND_FUNCTION + "=" + name + ")").stream()
                        .findFirst()
                : Optional.empty();
    }

    @Override
    public List<NamedFunction> all() {
        return matching("");
    }

    private List<NamedFunction> matching(String filter) {
        List<NamedFunction> found = new ArrayList<>();
        try {
            for (ServiceReference<Function> reference : context.getServiceReferences(
                    Function.class,
                    "(&(" + CommandProcessor.COMMAND_SCOPE + "=" + NamedFunction.SCOPE + ")" + filter + ")")) {
                if (context.getService(reference) instanceof NamedFunction function) {
                    found.add(function);
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }
}
