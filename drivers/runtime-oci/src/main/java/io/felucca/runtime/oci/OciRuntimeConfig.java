package io.felucca.runtime.oci;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Runtime driver oci", description = "Programs that make and watch containers")
@interface OciRuntimeConfig {

    String PID = "io.felucca.runtime.oci";

    @AttributeDefinition(description = "path of an OCI runtime; empty for crun, else runc, whichever works here")
    String runtime() default "";

    @AttributeDefinition(
            description = "further drivers, each of one runtime: name=program, and its arguments after spaces")
    String[] runtimes() default {};

    @AttributeDefinition(description = "path of conmon; empty to look it up")
    String monitor() default "";
}
