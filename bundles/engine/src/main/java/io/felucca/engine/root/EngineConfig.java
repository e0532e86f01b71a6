package io.felucca.engine.root;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings of PID {@value #PID}. */
@ObjectClassDefinition(name = "Felucca engine", description = "The folders that one engine owns")
@interface EngineConfig {

    String PID = "io.felucca.engine";

    @AttributeDefinition(name = "Data root", description = "Folder of what must survive a reboot; ASCII")
    String data_root() default "/var/lib/felucca";

    @AttributeDefinition(
            name = "Exec root",
            description = "Folder of what a reboot may lose; ASCII and short, since a socket's path has 108 bytes")
    String exec_root() default "/run/felucca";

    @AttributeDefinition(
            name = "Remapped user",
            description = "--userns-remap, as containers have it: the group of their root may pass both roots")
    String userns_remap() default "";
}
