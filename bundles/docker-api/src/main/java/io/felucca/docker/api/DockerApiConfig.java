package io.felucca.docker.api;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Where the API listens, and what a client may cost. Nothing listens without this configuration. */
@ObjectClassDefinition(name = "Felucca Docker API", description = "HTTP on a Unix socket")
public @interface DockerApiConfig {

    String PID = "io.felucca.docker.api";

    @AttributeDefinition(name = "Hosts", description = "Addresses to listen on: unix:///path")
    String[] hosts() default {"unix:///run/felucca.sock"};

    @AttributeDefinition(name = "Group", description = "Group that may use the socket, by name or number")
    String group() default "docker";

    @AttributeDefinition(name = "Connections", description = "Connections at once; more are answered by 503")
    int maxConnections() default 2048;

    @AttributeDefinition(name = "Header deadline", description = "Milliseconds in which a request's header must arrive")
    long headerTimeoutMillis() default 10_000;

    @AttributeDefinition(name = "Idle deadline", description = "Milliseconds after which an idle connection is closed")
    long idleTimeoutMillis() default 300_000;

    @AttributeDefinition(name = "Drain deadline", description = "Milliseconds that requests under way get at shutdown")
    long drainTimeoutMillis() default 2_000;
}
