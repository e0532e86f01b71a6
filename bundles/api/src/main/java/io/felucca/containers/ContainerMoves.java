package io.felucca.containers;

import org.osgi.annotation.versioning.ProviderType;

/** Moves what containers write to from one storage driver to another. Thread-safe. */
@ProviderType
public interface ContainerMoves {

    /**
     * Copies a container's layer to another driver, compares the copy file by file, and only then lets the old one go: a
     * crash at any instant leaves the container whole on one of the two. Does nothing for one that is there already.
     * Whoever copies, exports or commits files of the container meanwhile waits.
     *
     * @param restart whether one that runs may be stopped for it, and is started again; what was removed at its end stays
     * @throws io.felucca.FeluccaException NOT_FOUND for an unknown container or driver; CONFLICT for one that runs, without
     *     {@code restart}, that is being removed, or whose files somebody is copying; SYSTEM when the copy differs or the disk is full: it is then where it
     *     was
     */
    void move(String name, String driver, boolean restart);
}
