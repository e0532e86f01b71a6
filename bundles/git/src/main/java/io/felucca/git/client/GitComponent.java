package io.felucca.git.client;

import io.felucca.FeluccaException;
import io.felucca.git.GitReference;
import io.felucca.git.GitRepositories;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Date;
import java.util.function.BooleanSupplier;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.osgi.service.component.annotations.Component;

/** The service. */
@Component(service = GitRepositories.class)
public final class GitComponent implements GitRepositories {

    private static final int SUBMODULE_DEPTH = 10;
    private static final int SUBMODULES = 200;

    @Override
    public String archive(
            GitReference what, boolean keepGitFolder, Path scratch, OutputStream archive, BooleanSupplier wanted)
            throws IOException {
        OwnSettings.install();
        Bounds bounds = Bounds.of(what.shown(), wanted);
        try (TreeArchive tar = new TreeArchive(archive, bounds)) {
            return new Checkout(scratch, bounds, tar)
                    .add(what, keepGitFolder, "", 0)
                    .name();
        }
    }

    /** A commit and its submodules. */
    private static final class Checkout {

        private final Path scratch;
        private final Bounds bounds;
        private final TreeArchive tar;
        private int repositories;

        Checkout(Path scratch, Bounds bounds, TreeArchive tar) {
            this.scratch = scratch;
            this.bounds = bounds;
            this.tar = tar;
        }

        ObjectId add(GitReference what, boolean keepGitFolder, String prefix, int depth) throws IOException {
            if (depth > SUBMODULE_DEPTH || repositories > SUBMODULES) {
                throw FeluccaException.invalid("cannot fetch the submodules of " + what.shown()
                        + ": they are more than " + SUBMODULES + ", or nested deeper than " + SUBMODULE_DEPTH);
            }
            Path folder = scratch.resolve("r" + repositories++);
            try (BoundedRepository repository = BoundedRepository.create(folder, bounds);
                    RevWalk walk = new RevWalk(repository)) {
                RevCommit commit = walk.parseCommit(new Fetch(what, repository, bounds).run());
                Date time = new Date(commit.getCommitTime() * 1000L);
                String inside = inside(what.folder());
                ObjectId tree = inside.isEmpty() ? commit.getTree() : folder(repository, commit, inside);
                var submodules = tar.write(repository, tree, prefix, inside.isEmpty() ? "" : inside + "/", time);
                if (keepGitFolder) {
                    new GitFolder(repository).write(what, commit, commit.getTree(), tar, time);
                }
                if (!submodules.isEmpty()) {
                    Submodules known = Submodules.of(what, repository, commit.getTree());
                    for (TreeArchive.Submodule each : submodules) {
                        add(known.at(each.path(), each.commit()), false, each.prefix(), depth + 1);
                    }
                }
                return commit.copy();
            }
        }

        private static ObjectId folder(BoundedRepository repository, RevCommit commit, String path) throws IOException {
            try (TreeWalk walk = TreeWalk.forPath(repository, path, commit.getTree())) {
                if (walk == null) {
                    throw FeluccaException.system("error setting git context, no such file or directory: " + path);
                }
                if (walk.getFileMode(0) != FileMode.TREE) {
                    throw FeluccaException.system("error setting git context, not a directory: " + path);
                }
                return walk.getObjectId(0);
            }
        }

        private static String inside(String folder) {
            StringBuilder path = new StringBuilder();
            for (String part : folder.split("/")) {
                if (part.equals("..")) {
                    throw FeluccaException.system("error setting git context, \"" + folder + "\" not within git root");
                }
                if (!part.isEmpty() && !part.equals(".")) {
                    path.append(path.length() == 0 ? "" : "/").append(part);
                }
            }
            return path.toString();
        }
    }
}
