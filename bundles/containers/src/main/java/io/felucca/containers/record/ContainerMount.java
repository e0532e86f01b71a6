package io.felucca.containers.record;

import io.felucca.containers.MountSpec;

/**
 * A volume, path of the host or tmpfs that a container has: the part of a container's record that says what is mounted
 * at each of its starts.
 *
 * @param type {@code volume}, {@code bind} or {@code tmpfs}
 * @param name of the volume, which may have been made for this; else empty
 * @param source clean absolute path on the host of a bind; else empty
 * @param destination clean absolute path in the container
 * @param mode the words of {@code -v}, shown by inspect
 * @param propagation of a bind; else empty
 * @param anonymous whether nobody named the volume: then {@code rm -v} removes it with its last container
 * @param makeSource whether a missing path of the host is made, as {@code -v} has it
 * @param subpath relative path inside the volume, or empty
 * @param bind further options of a bind, or null
 * @param tmpfs options in the words of {@code --tmpfs}
 */
public record ContainerMount(
        String type,
        String name,
        String source,
        String destination,
        String mode,
        boolean readWrite,
        String propagation,
        boolean anonymous,
        boolean makeSource,
        String subpath,
        MountSpec.Bind bind,
        String tmpfs) {

    public static final String VOLUME = "volume";
    public static final String BIND = "bind";
    public static final String TMPFS = "tmpfs";

    public boolean isVolume() {
        return type.equals(VOLUME);
    }

    public boolean isBind() {
        return type.equals(BIND);
    }

    public boolean isTmpfs() {
        return type.equals(TMPFS);
    }

    /** As {@code --volumes-from} gives it to another container. */
    public ContainerMount lent(boolean writable) {
        return with("", readWrite && writable, propagation);
    }

    public ContainerMount shown(String otherMode, String otherPropagation) {
        return with(otherMode, readWrite, otherPropagation);
    }

    private ContainerMount with(String otherMode, boolean writable, String otherPropagation) {
        return new ContainerMount(
                type,
                name,
                source,
                destination,
                otherMode,
                writable,
                otherPropagation,
                anonymous,
                makeSource,
                subpath,
                bind,
                tmpfs);
    }
}
