package io.felucca.launcher;

import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import sun.misc.Signal;

/**
 * Reads {@code --config-file} again at SIGHUP and changes the settings of registries and of the collection of
 * images while the engine runs. As with
 * dockerd a key that the file does not have keeps its value, and a file that is wrong changes nothing. Thread-safe.
 */
final class Reload {

    private static final Logger LOG = Logger.getLogger("io.felucca.launcher");
    private static final List<String> PIDS = List.of("io.felucca.registry", "io.felucca.images");

    private final EngineOptions options;
    private BundleContext context;
    private boolean asked;

    private Reload(EngineOptions options) {
        this.options = options;
    }

    /** Takes SIGHUP over from the JVM, which it would end. */
    static Reload onHangup(EngineOptions options) {
        Reload reload = new Reload(options);
        Signal.handle(new Signal("HUP"), signal -> reload.reload());
        return reload;
    }

    /** The settings of this start are written: a signal that came before is answered now. */
    synchronized void settingsAreIn(BundleContext framework) {
        context = framework;
        if (asked) {
            reload();
        }
    }

    private synchronized void reload() {
        asked = true;
        if (context == null) {
            return;
        }
        LOG.info("Got signal to reload configuration, reloading from: " + options.text(Option.CONFIG_FILE));
        try {
            Map<String, Map<String, Object>> given = options.again().configurations();
            ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
            if (reference != null) {
                for (String pid : PIDS) {
                    Map<String, Object> changed = given.getOrDefault(pid, Map.of());
                    update(context.getService(reference).getConfiguration(pid, "?"), changed);
                    context.ungetService(reference);
                }
                LOG.info("Reloaded configuration: " + PIDS);
            }
        } catch (LaunchException | IOException | IllegalStateException e) {
            LOG.log(Level.SEVERE, "the configuration is not reloaded and stays as it was: " + e.getMessage());
        }
    }

    private static void update(Configuration configuration, Map<String, Object> changed) throws IOException {
        Dictionary<String, Object> old = configuration.getProperties();
        Dictionary<String, Object> properties = old == null ? new Hashtable<>() : old;
        properties.put(Settings.ORIGIN, Settings.OWN);
        changed.forEach(properties::put);
        configuration.updateIfDifferent(properties);
    }
}
