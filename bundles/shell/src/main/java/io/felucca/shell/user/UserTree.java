package io.felucca.shell.user;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A file or a folder with all below it at the user's side, as a tar archive: read from it ({@link ClientSession#openTree}) or
 * unpacked to it ({@link ClientSession#makeTree}). Names are bytes. For one thread; closed by whoever opened it.
 */
public interface UserTree extends AutoCloseable {

    /** True when it is there; a tree that is read always is. */
    boolean exists();

    boolean isDirectory();

    /** True when the user's word ends as a folder's does. */
    boolean assertsDirectory();

    /** Members begin with this name instead of their own; before the first byte. */
    void rename(String name) throws IOException;

    /**
     * Chooses what is read, which then belongs to root; before the first byte.
     *
     * @param only paths in the tree that are read alone, with all below them; empty for all
     * @param ignored the text of a {@code .dockerignore}
     */
    void select(List<String> only, String ignored) throws IOException;

    /** What is written becomes the place itself and takes its name, instead of being put into it; before the first byte. */
    void takePlace() throws IOException;

    /** The archive, of a tree that is read; errors have Go's text. */
    InputStream in();

    /** Takes the archive, of a tree that is written. */
    OutputStream out();

    /** How many bytes of the archive have passed. */
    long bytes();

    /**
     * Waits until all that was written is in its place.
     *
     * @throws IOException with what the user's side could not do, also when that made an earlier write fail
     */
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
