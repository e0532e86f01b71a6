package io.felucca.shell.gogo;

import io.felucca.shell.command.NamedFunction;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;

/**
 * Finds the engine's commands as what they are. A session of Gogo's shows them as proxies, and one of Karaf's wraps them
 * in its own access control, which needs a session of Karaf's.
 */
public interface GogoFunctions {

    /** For a plain Gogo processor, whose sessions have them unwrapped. */
    GogoFunctions OF_SESSION = new GogoFunctions() {
        @Override
        public Optional<NamedFunction> find(String name) {
            return Optional.empty();
        }

        @Override
        public List<NamedFunction> all() {
            return List.of();
        }
    };

    /** @param name without its scope */
    Optional<NamedFunction> find(String name);

    List<NamedFunction> all();

    /** Makes all that are there now commands of the session, whatever the platform has put between. */
    default void addTo(CommandSession session) {
        all().forEach(function -> session.put(NamedFunction.SCOPE + ":" + function.name(), function));
    }
}
