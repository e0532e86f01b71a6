package io.felucca.linux.files;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Limits of what directories hold with all below them, where the filesystem counts by project: xfs and ext4 that are
 * mounted with {@code prjquota} (kernel 5.14). The limit is kept by the filesystem itself. Thread-safe.
 */
@ProviderType
public interface ProjectQuotas {

    /**
     * Gives an empty directory a project that nothing else on its filesystem belongs to, unless it has one of its own, and
     * sets the project's limit. One that is its parent's too is not its own but was inherited, and stays as it is, though
     * what is made in the directory from now on counts in the new one alone. Idempotent.
     *
     * @param directory not the topmost of its filesystem
     * @throws io.felucca.FeluccaException UNSUPPORTED, saying why, where the filesystem enforces no limits of projects
     */
    void limit(Directory directory, long limitBytes);

    /**
     * Puts an empty directory into the project of another on the same filesystem, so that both hold no more than its limit,
     * and files can be renamed from one to the other.
     */
    void share(Directory directory, Directory limited);

    /** Ends the limit of the directory's own project; does nothing for one without. */
    void endLimit(Directory directory);
}
