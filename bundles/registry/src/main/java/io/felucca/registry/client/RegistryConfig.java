package io.felucca.registry.client;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What is configured for registries. */
@ObjectClassDefinition(name = "Felucca registries", description = "Mirrors, and registries without verified TLS")
public @interface RegistryConfig {

    String PID = "io.felucca.registry";

    @AttributeDefinition(description = "--registry-mirror: URLs that are asked before Docker Hub, in order")
    String[] mirrors() default {};

    @AttributeDefinition(
            description =
                    "--insecure-registry: hosts, hosts with a port, or networks, spoken to without verified TLS or "
                            + "without TLS; 127.0.0.0/8 always is")
    String[] insecure() default {};

    @AttributeDefinition(
            description = "Folders with a folder host:port each of certificates: ca.crt, client.cert, client.key")
    String[] certificates() default {"/etc/docker/certs.d"};

    @AttributeDefinition(
            description = "milliseconds that a registry may say nothing before the connection counts as broken")
    int silence_millis() default 60_000;
}
