package io.felucca.images.layers;

import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Stat;
import java.util.Optional;

/** Whiteouts in the kernel's form, in a directory that holds one layer only (overlayfs.rst). */
final class OverlayWhiteouts extends WhiteoutRules {

    private final TargetTree tree;
    private boolean needsView;

    OverlayWhiteouts(TargetTree tree) {
        this.tree = tree;
    }

    @Override
    boolean needsView() {
        return needsView;
    }

    @Override
    void whiteout(EntryPath victim) {
        Directory parent = tree.parent(victim.parent()).directory();
        byte[] name = victim.nameBytes();
        Optional<Stat> there = parent.find(name);
        if (there.isEmpty()) {
            parent.makeNode(name, FileType.CHARACTER_DEVICE, 0, 0);
        } else if (there.get().isDirectory()) {
            parent.setXattr(name, TargetTree.OPAQUE, TargetTree.OPAQUE_VALUE);
        }
        // A file of this layer hides the lower one as it is.
    }

    @Override
    void opaque(EntryPath directory) {
        if (directory.isRoot()) {
            // The kernel merges the roots whatever their attributes.
            needsView = true;
        } else {
            tree.parent(directory).directory().setXattr(TargetTree.OPAQUE, TargetTree.OPAQUE_VALUE);
        }
    }
}
