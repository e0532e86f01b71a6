package io.felucca.shell.gogo;

import io.felucca.shell.command.NamedFunction;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;

/**
 * Finds the engine's commands as what they are. A session of Gogo's shows them as proxies, and one of Karaf's wraps them
 * in its own access control, which needs a session of Karaf's.
 */
public interface GogoFunctions {

    /** What Gogo puts before a word without a scope. */
    String UNSCOPED = "*:";

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

    /**
     * Makes the engine's present commands variables of the session, with their scope and without: Gogo looks there before
     * it looks among the platform's commands. Commands that have gone since the last call are taken out.
     */
    default void addTo(CommandSession session) {
        Map<String, NamedFunction> present = new HashMap<>();
        for (NamedFunction function : all()) {
            present.put(NamedFunction.SCOPE + ":" + function.name(), function);
            present.put(UNSCOPED + function.name(), function);
        }
        if (session.get(null) instanceof Collection<?> variables) {
            for (Object variable : List.copyOf(variables)) {
                String name = variable.toString();
                if (name.indexOf(':') > 0 && !present.containsKey(name) && session.get(name) instanceof NamedFunction) {
                    session.put(name, null);
                }
            }
        }
        present.forEach(session::put);
    }
}
