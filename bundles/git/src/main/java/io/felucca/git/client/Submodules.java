package io.felucca.git.client;

import io.felucca.FeluccaException;
import io.felucca.git.GitReference;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.BlobBasedConfig;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;

/** Where the submodules of a commit come from: its {@code .gitmodules}. */
final class Submodules {

    private static final String FILE = ".gitmodules";
    private static final String SECTION = "submodule";
    private static final int MAX_BYTES = 1 << 20;

    private final GitReference parent;
    private final Map<String, String> urls;

    private Submodules(GitReference parent, Map<String, String> urls) {
        this.parent = parent;
        this.urls = urls;
    }

    static Submodules of(GitReference parent, Repository repository, ObjectId tree) throws IOException {
        Map<String, String> urls = new HashMap<>();
        try (TreeWalk walk = TreeWalk.forPath(repository, FILE, tree)) {
            if (walk != null && walk.getFileMode(0).equals(FileMode.REGULAR_FILE)) {
                ObjectId blob = walk.getObjectId(0);
                if (walk.getObjectReader().getObjectSize(blob, Constants.OBJ_BLOB) > MAX_BYTES) {
                    throw FeluccaException.invalid(
                            "the .gitmodules of " + parent.shown() + " is longer than " + MAX_BYTES + " bytes");
                }
                Config config = new BlobBasedConfig(null, repository, blob);
                for (String name : config.getSubsections(SECTION)) {
                    String path = config.getString(SECTION, name, "path");
                    String url = config.getString(SECTION, name, "url");
                    if (path != null && url != null) {
                        urls.put(path, url);
                    }
                }
            }
        } catch (ConfigInvalidException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "cannot read the .gitmodules of " + parent.shown() + ": " + e, e);
        }
        return new Submodules(parent, urls);
    }

    GitReference at(String path, ObjectId commit) {
        String url = urls.get(path);
        if (url == null) {
            throw FeluccaException.invalid("No url found for submodule path '" + path + "' in .gitmodules");
        }
        boolean relative = url.startsWith("./") || url.startsWith("../");
        return new GitReference(relative ? resolved(parent.url(), url) : url, commit.name(), "");
    }

    /** Relative to the parent as if that were a folder, as git does; never above its host. */
    static String resolved(String parent, String relative) {
        int host = parent.indexOf("//") + 2;
        String base = parent.endsWith("/") ? parent.substring(0, parent.length() - 1) : parent;
        String rest = relative;
        while (rest.startsWith("./") || rest.startsWith("../")) {
            if (rest.startsWith("../")) {
                int slash = base.lastIndexOf('/');
                if (slash < host) {
                    throw FeluccaException.invalid("cannot strip one component off url '"
                            + GitReference.withoutCredentials(base) + "' for " + relative);
                }
                base = base.substring(0, slash);
            }
            rest = rest.substring(rest.indexOf('/') + 1);
        }
        return base + "/" + rest;
    }
}
