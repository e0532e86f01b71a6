package io.felucca.git.client;

import io.felucca.FeluccaException;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;

/** Writes trees of git as a tar archive. Names are bytes, which ISO-8859-1 keeps as they are. */
final class TreeArchive implements AutoCloseable {

    private static final int FOLDER_MODE = 0755;
    private static final int FILE_MODE = 0644;
    private static final int LINK_BYTES = 4096;
    private static final int PATH_BYTES = 4096;

    /** A submodule: where it is below the tree, in UTF-8, and in the archive. */
    record Submodule(String path, String prefix, ObjectId commit) {}

    private final TarArchiveOutputStream tar;
    private final Bounds bounds;

    TreeArchive(OutputStream out, Bounds bounds) {
        tar = new TarArchiveOutputStream(out, StandardCharsets.ISO_8859_1.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        this.bounds = bounds;
    }

    /**
     * Writes a tree.
     *
     * @param prefix of all names, empty or with a slash at its end
     * @param inRepository the tree's own path, for the submodules'; like {@code prefix}
     * @return the submodules, which are not written
     */
    List<Submodule> write(Repository repository, ObjectId tree, String prefix, String inRepository, Date time)
            throws IOException {
        List<Submodule> submodules = new ArrayList<>();
        try (TreeWalk walk = new TreeWalk(repository)) {
            walk.addTree(tree);
            while (walk.next()) {
                byte[] path = walk.getRawPath();
                String name = prefix + new String(path, StandardCharsets.ISO_8859_1);
                if (name.length() > PATH_BYTES) {
                    throw FeluccaException.invalid(
                            "cannot unpack a repository: a path of it is longer than " + PATH_BYTES + " bytes");
                }
                FileMode mode = walk.getFileMode();
                if (mode == FileMode.TREE) {
                    folder(name, time);
                    walk.enterSubtree();
                } else if (mode == FileMode.GITLINK) {
                    folder(name, time);
                    String text = inRepository + new String(path, StandardCharsets.UTF_8);
                    submodules.add(new Submodule(text, name + "/", walk.getObjectId(0)));
                } else {
                    blob(name, mode, walk.getObjectReader().open(walk.getObjectId(0)), time);
                }
            }
        }
        return submodules;
    }

    private void blob(String name, FileMode mode, ObjectLoader blob, Date time) throws IOException {
        bounds.file(blob.getSize());
        if (mode == FileMode.SYMLINK) {
            if (blob.getSize() > LINK_BYTES) {
                throw FeluccaException.invalid(
                        "cannot unpack a repository: a link of it is longer than " + LINK_BYTES + " bytes");
            }
            TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
            link.setLinkName(new String(blob.getBytes(), StandardCharsets.ISO_8859_1));
            put(link, 0777, time);
        } else {
            TarArchiveEntry file = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
            file.setSize(blob.getSize());
            put(file, mode == FileMode.EXECUTABLE_FILE ? FOLDER_MODE : FILE_MODE, time);
            blob.copyTo(tar);
        }
        tar.closeArchiveEntry();
    }

    void folder(String name, Date time) throws IOException {
        bounds.file(0);
        TarArchiveEntry folder = new TarArchiveEntry(name + "/", TarConstants.LF_DIR, true);
        put(folder, FOLDER_MODE, time);
        tar.closeArchiveEntry();
    }

    /** A file of the engine's own making. */
    void file(String name, File file, Date time) throws IOException {
        bounds.file(file.length());
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        entry.setSize(file.length());
        put(entry, FILE_MODE, time);
        try (InputStream in = new FileInputStream(file)) {
            in.transferTo(tar);
        }
        tar.closeArchiveEntry();
    }

    private void put(TarArchiveEntry entry, int mode, Date time) throws IOException {
        entry.setMode(mode);
        entry.setModTime(time);
        entry.setUserId(0);
        entry.setGroupId(0);
        tar.putArchiveEntry(entry);
    }

    /** Ends the archive; the stream below stays open. */
    @Override
    public void close() throws IOException {
        tar.finish();
        tar.flush();
    }
}
