package io.felucca.engine.root;

import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in one line what an engine without a configuration waits for: the PID and the file to write. The engine takes no
 * default, so that it never locks a folder by chance.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = EngineConfig.PID)
public final class ConfigurationNotice {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationNotice.class);
    private static final String DATA_ROOT = "data.root";

    @Activate
    public ConfigurationNotice(Map<String, Object> settings, BundleContext context) {
        if (!isConfigured(settings)) {
            LOG.info("{}", text(folder(context)));
        }
    }

    /** Keeps the component, whose line is told once. */
    @Modified
    void configured() {}

    /** Any key that is not of the component itself. */
    static boolean isConfigured(Map<String, Object> settings) {
        return settings.containsKey("service.pid");
    }

    /** @param folder of configuration files, empty where the platform reads none */
    static String text(String folder) {
        String what = "felucca waits for its configuration, PID " + EngineConfig.PID + ": ";
        return folder.isEmpty()
                ? what + "set " + DATA_ROOT + " and exec.root in ConfigurationAdmin"
                : what + "write the line " + DATA_ROOT + " = /var/lib/felucca to " + folder + "/" + EngineConfig.PID
                        + ".cfg";
    }

    private static String folder(BundleContext context) {
        String karaf = context.getProperty("karaf.etc");
        if (karaf != null) {
            return karaf;
        }
        String watched = context.getProperty("felix.fileinstall.dir");
        return watched == null ? "" : watched.split(",")[0].strip();
    }
}
