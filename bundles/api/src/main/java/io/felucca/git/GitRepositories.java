package io.felucca.git;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Fetches what is in git repositories. No repository is trusted: what it may send, and for how long, is bounded, and
 * nothing of it is run. Thread-safe.
 */
@ProviderType
public interface GitRepositories {

    /**
     * Writes the files of one commit as a tar archive, with those of its submodules, and without its history. Names are
     * what the repository says: whoever unpacks the archive keeps links inside.
     *
     * @param keepGitFolder whether the archive has a {@code .git} folder with this one commit
     * @param scratch an empty folder for what is fetched; the caller removes it
     * @param wanted false ends it, with UNAVAILABLE
     * @return the commit's id
     * @throws io.felucca.FeluccaException NOT_FOUND for a reference or a folder that is not there, INVALID for a repository
     *     that is damaged or beyond the bounds, UNAVAILABLE for one that is not reached
     * @throws IOException that of {@code archive}
     */
    String archive(GitReference what, boolean keepGitFolder, Path scratch, OutputStream archive, BooleanSupplier wanted)
            throws IOException;
}
