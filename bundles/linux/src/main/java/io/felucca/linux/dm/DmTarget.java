package io.felucca.linux.dm;

/**
 * A line of a device's table (or of its status, when the parameters are those that the target reports).
 *
 * @param startSector in units of 512 bytes, as {@code sectors}
 * @param type {@code linear}, {@code thin}, {@code thin-pool}…
 * @param parameters words, as {@code dmsetup table} shows them
 */
public record DmTarget(long startSector, long sectors, String type, String parameters) {

    /** The words of the parameters. */
    public String[] words() {
        return parameters.strip().split("\\s+");
    }
}
