package io.felucca.images.layers;

/** What a {@code .wh.} entry of a layer becomes. */
public enum Whiteouts {
    /** The target shows the layers below, writable: a whiteout deletes what it names there. */
    PLAIN,
    /** The target is an overlay's upper directory: a whiteout becomes a device 0:0, an opaque mark an attribute. */
    OVERLAY,
    /** No layer but an archive of plain files, for a tree that others may be changing meanwhile: no name is special. */
    NONE
}
