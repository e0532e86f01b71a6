package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Stat;
import java.util.Optional;

/** Told of changes while trees are walked: a directory before what is in it, names in the order of their bytes. */
interface ChangeSink {

    /**
     * @param parent the open directory where the name lies in the upper tree
     * @param stat of the upper inode; empty for DELETED, and of a file when only a list is made
     */
    void change(Change.Kind kind, EntryPath path, Directory parent, Optional<Stat> stat);
}
