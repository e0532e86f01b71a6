package io.felucca.docker.api;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Where the API listens, and what a client may cost. Nothing listens without this configuration. */
@ObjectClassDefinition(name = "Felucca Docker API", description = "HTTP on Unix sockets and on TCP")
public @interface DockerApiConfig {

    String PID = "io.felucca.docker.api";

    @AttributeDefinition(name = "Hosts", description = "Addresses to listen on: unix:///path or tcp://address:port")
    String[] hosts() default {"unix:///run/felucca.sock"};

    @AttributeDefinition(
            name = "TLS",
            description = "Serve tcp:// by TLS, and only clients whose certificate comes from the authority")
    boolean tlsverify() default false;

    @AttributeDefinition(name = "Authority", description = "PEM file of the authority of clients' certificates")
    String tlscacert() default "";

    @AttributeDefinition(name = "Certificate", description = "PEM file of the engine's certificate")
    String tlscert() default "";

    @AttributeDefinition(name = "Key", description = "PEM file of the engine's key")
    String tlskey() default "";

    @AttributeDefinition(
            name = "Insecure",
            description = "Serve tcp:// to everybody who reaches it, who is then as good as root")
    boolean insecure_tcp() default false;

    @AttributeDefinition(name = "Group", description = "Group that may use the socket, by name or number")
    String group() default "docker";

    @AttributeDefinition(
            name = "Connections",
            description = "Connections at once; at the limit those without a whole request give way, else 503")
    int maxConnections() default 2048;

    @AttributeDefinition(name = "Header deadline", description = "Milliseconds in which a request's header must arrive")
    long headerTimeoutMillis() default 10_000;

    @AttributeDefinition(name = "Idle deadline", description = "Milliseconds after which an idle connection is closed")
    long idleTimeoutMillis() default 300_000;

    @AttributeDefinition(name = "Drain deadline", description = "Milliseconds that requests under way get at shutdown")
    long drainTimeoutMillis() default 2_000;
}
