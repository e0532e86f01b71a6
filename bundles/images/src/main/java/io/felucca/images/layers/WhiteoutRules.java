package io.felucca.images.layers;

import io.felucca.FeluccaException;
import io.felucca.images.tar.TarEntry;
import java.nio.charset.StandardCharsets;

/** What the names that start with {@code .wh.} do (OCI image-spec, layer.md, "Whiteouts"). */
public abstract class WhiteoutRules {

    public static final String PREFIX = ".wh.";

    /** AUFS' own files, which mean nothing, but for the mark of an opaque directory. */
    private static final String META_PREFIX = ".wh..wh.";

    public static final String OPAQUE = ".wh..wh..opq";

    /** Deletes what lower layers have of that name, not what this one has. */
    abstract void whiteout(EntryPath victim);

    /** Deletes all that lower layers have in that directory, not what this one has. */
    abstract void opaque(EntryPath directory);

    abstract boolean needsView();

    /**
     * Checks what a member names, where nothing is unpacked yet.
     *
     * @throws FeluccaException INVALID for a name that climbs out, a whiteout of no name, or something below a whiteout
     */
    public static void check(TarEntry entry) {
        read(EntryPath.of(entry.path()));
        if (entry.type() == TarEntry.HARD_LINK) {
            EntryPath.of(entry.linkTarget());
        }
    }

    /** What a name is: the ordinary one of a file, or a marker. */
    private enum Marker {
        NONE,
        WHITEOUT,
        OPAQUE,
        IGNORED
    }

    private static Marker read(EntryPath path) {
        if (!path.path().contains(PREFIX)) {
            return Marker.NONE;
        }
        for (String part : path.parent().path().split("/")) {
            if (part.startsWith(META_PREFIX)) {
                return Marker.IGNORED;
            } else if (part.startsWith(PREFIX)) {
                throw FeluccaException.invalid("the archive has something below a whiteout: " + path.show());
            }
        }
        String name = path.name();
        if (!name.startsWith(PREFIX)) {
            return Marker.NONE;
        } else if (name.equals(OPAQUE)) {
            return Marker.OPAQUE;
        } else if (name.startsWith(META_PREFIX)) {
            return Marker.IGNORED;
        }
        String victim = name.substring(PREFIX.length());
        if (victim.isEmpty() || victim.equals(".") || victim.equals("..")) {
            throw FeluccaException.invalid("the archive has a whiteout of no name: " + path.show());
        }
        return Marker.WHITEOUT;
    }

    /**
     * Does what such an entry says; false for an ordinary one.
     *
     * @param active false to only check it, where nothing lies below
     */
    final boolean handle(EntryPath path, boolean active) {
        Marker marker = read(path);
        if (active && marker == Marker.OPAQUE) {
            opaque(path.parent());
        } else if (active && marker == Marker.WHITEOUT) {
            String victim = path.name().substring(PREFIX.length());
            whiteout(path.parent().child(victim.getBytes(StandardCharsets.ISO_8859_1)));
        }
        return marker != Marker.NONE;
    }
}
