package io.felucca.containers.settings;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.spec.DefaultUlimits;
import io.felucca.engine.EngineRoot;
import io.felucca.linux.SubordinateIds;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is configured for new containers.
 *
 * @param network of containers that name none; empty for bridge where there is such a driver, else none
 * @param cgroupParent of all containers
 * @param ulimits of containers that give none of their own
 */
public record ContainerDefaults(
        IdMap idMap,
        String runtime,
        String logDriver,
        Map<String, String> logOptions,
        String network,
        String cgroupParent,
        DefaultUlimits ulimits) {

    /** @throws io.felucca.FeluccaException INVALID for a user without subordinate ids, a malformed log option or limit */
    public static ContainerDefaults of(ContainersConfig config, EngineRoot root, Path etc) {
        Map<String, String> logOptions = new TreeMap<>();
        for (String option : config.log_opts()) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw FeluccaException.invalid("log option '" + option + "' is not of the form name=value");
            }
            logOptions.put(option.substring(0, equals), option.substring(equals + 1));
        }
        String parent = config.cgroup_parent().isEmpty() ? engineCgroup(root) : config.cgroup_parent();
        return new ContainerDefaults(
                new SubordinateIds(etc).read(config.userns_remap()),
                config.runtime(),
                config.log_driver(),
                Map.copyOf(logOptions),
                config.network(),
                parent,
                DefaultUlimits.parse(config.default_ulimits()));
    }

    /** The parent cgroup that the engine makes itself, as against one that an administrator configures. */
    public static String engineCgroup(EngineRoot root) {
        return "/felucca-" + root.id();
    }

    /** From a hierarchy's root, such as {@code /felucca-3f…/<id>}. */
    public String cgroupOf(ContainerRecord record) {
        String asked = record.host().cgroupParent();
        String cgroup = (asked == null || asked.isEmpty() ? cgroupParent : asked) + "/" + record.id();
        return cgroup.startsWith("/") ? cgroup : "/" + cgroup;
    }
}
