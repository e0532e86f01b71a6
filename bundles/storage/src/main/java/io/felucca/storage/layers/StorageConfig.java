package io.felucca.storage.layers;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings of the PID {@value #PID}. */
@ObjectClassDefinition(
        name = "Felucca storage",
        description = "The storage driver of new images and containers, and its options")
public @interface StorageConfig {

    String PID = "io.felucca.storage";

    @AttributeDefinition(
            name = "Driver",
            description = "For new images and containers (--storage-driver); empty: what the root uses already, else"
                    + " overlay2 where it works, else a driver that has options, else vfs")
    String driver() default "";

    @AttributeDefinition(name = "Options", description = "driver.option=value (--storage-opt)")
    String[] options() default {};
}
