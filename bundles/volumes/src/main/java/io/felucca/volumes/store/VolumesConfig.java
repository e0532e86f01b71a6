package io.felucca.volumes.store;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What is configured for new volumes. */
@ObjectClassDefinition(name = "Felucca volumes", description = "Defaults of new volumes")
public @interface VolumesConfig {

    String PID = "io.felucca.volumes";

    @AttributeDefinition(description = "volume driver of volumes that name none")
    String driver() default "local";
}
