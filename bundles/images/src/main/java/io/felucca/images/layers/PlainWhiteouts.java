package io.felucca.images.layers;

import io.felucca.images.layers.TargetTree.Parent;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.util.Optional;

/** Whiteouts in a view of the layers: lower content is deleted, what this layer wrote stays. */
final class PlainWhiteouts extends WhiteoutRules {

    private final TargetTree tree;
    private final PathSet written;

    PlainWhiteouts(TargetTree tree, PathSet written) {
        this.tree = tree;
        this.written = written;
    }

    @Override
    boolean needsView() {
        return false;
    }

    @Override
    void whiteout(EntryPath victim) {
        Optional<Parent> parent = tree.find(victim.parent());
        parent.ifPresent(found -> remove(found.directory(), victim));
    }

    private void remove(Directory parent, EntryPath victim) {
        byte[] name = victim.nameBytes();
        Optional<Stat> there = parent.find(name);
        if (there.isEmpty()) {
            return;
        } else if (!written.contains(victim)) {
            tree.remove(parent, name, there.get());
        } else if (there.get().isDirectory()) {
            opaque(victim);
        }
    }

    @Override
    void opaque(EntryPath path) {
        Optional<Parent> there = tree.find(path);
        if (there.isEmpty()) {
            return;
        }
        // Of its own: removing closes the tree's.
        try (Directory directory = there.get().directory().openDirectory(new byte[0], Resolve.BENEATH)) {
            for (DirectoryEntry entry : directory.entries()) {
                remove(directory, path.child(entry.name()));
            }
        }
    }
}
