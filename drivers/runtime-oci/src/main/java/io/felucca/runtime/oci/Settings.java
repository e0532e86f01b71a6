package io.felucca.runtime.oci;

import java.nio.file.Path;

/**
 * @param runtime path of the OCI runtime to use, or empty to choose
 * @param monitor path of conmon, or empty to look it up
 * @param directory the driver's own folder: the runtimes' state, compiled filters
 */
public record Settings(String runtime, String monitor, Path directory) {}
