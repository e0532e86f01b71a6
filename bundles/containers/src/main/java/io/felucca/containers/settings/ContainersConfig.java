package io.felucca.containers.settings;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What is configured for new containers. */
@ObjectClassDefinition(name = "Felucca containers", description = "Defaults of new containers")
public @interface ContainersConfig {

    String PID = "io.felucca.containers";

    @AttributeDefinition(
            description =
                    "--userns-remap: user[:group] whose subordinate ids containers get, or default; empty for none")
    String userns_remap() default "";

    @AttributeDefinition(description = "runtime driver of containers that name none")
    String runtime() default "oci";

    @AttributeDefinition(description = "log driver of containers that name none")
    String log_driver() default "json-file";

    @AttributeDefinition(description = "options of the default log driver, name=value each")
    String[] log_opts() default {};

    @AttributeDefinition(description = "network of containers that name none; empty for bridge, else none")
    String network() default "";

    @AttributeDefinition(description = "parent cgroup; empty for one that carries the engine's id")
    String cgroup_parent() default "";

    @AttributeDefinition(description = "--default-ulimit: limits of containers that give none, name=soft:hard each")
    String[] default_ulimits() default {};
}
