package io.felucca.images.layers;

import io.felucca.FeluccaException;
import java.nio.charset.StandardCharsets;

/** What the names that start with {@code .wh.} do (OCI image-spec, layer.md, "Whiteouts"). */
abstract class WhiteoutRules {

    static final String PREFIX = ".wh.";

    /** AUFS' own files, which mean nothing, but for the mark of an opaque directory. */
    private static final String META_PREFIX = ".wh..wh.";

    static final String OPAQUE = ".wh..wh..opq";

    /** Deletes what lower layers have of that name, not what this one has. */
    abstract void whiteout(EntryPath victim);

    /** Deletes all that lower layers have in that directory, not what this one has. */
    abstract void opaque(EntryPath directory);

    abstract boolean needsView();

    /**
     * Does what such an entry says; false for an ordinary one.
     *
     * @param active false to only check it, where nothing lies below
     */
    final boolean handle(EntryPath path, boolean active) {
        if (!path.path().contains(PREFIX)) {
            return false;
        }
        for (String part : path.parent().path().split("/")) {
            if (part.startsWith(META_PREFIX)) {
                return true;
            } else if (part.startsWith(PREFIX)) {
                throw FeluccaException.invalid("the archive has something below a whiteout: " + path.show());
            }
        }
        String name = path.name();
        if (!name.startsWith(PREFIX)) {
            return false;
        } else if (name.equals(OPAQUE)) {
            if (active) {
                opaque(path.parent());
            }
        } else if (!name.startsWith(META_PREFIX)) {
            String victim = name.substring(PREFIX.length());
            if (victim.isEmpty() || victim.equals(".") || victim.equals("..")) {
                throw FeluccaException.invalid("the archive has a whiteout of no name: " + path.show());
            }
            if (active) {
                whiteout(path.parent().child(victim.getBytes(StandardCharsets.ISO_8859_1)));
            }
        }
        return true;
    }
}
