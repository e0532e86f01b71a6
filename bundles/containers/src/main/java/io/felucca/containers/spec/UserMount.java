package io.felucca.containers.spec;

import java.util.List;

/**
 * A mount that the container's user asked for, in the words of the OCI spec.
 *
 * @param type {@code bind}, or {@code tmpfs} whose options are merged with the defaults
 * @param source a path on the host that needs no further resolving
 */
public record UserMount(String destination, String type, String source, List<String> options) {}
