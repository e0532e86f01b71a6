package io.felucca.images.store;

import java.io.InputStream;
import java.nio.file.Path;

/** Writes a layer into a folder. */
@FunctionalInterface
interface LayerUnpacker {

    /**
     * @param tar read as far as the archive goes, not closed
     * @param folder an existing folder
     * @param kernelWhiteouts deletions become overlay's devices and attributes; else they delete what is below them in
     *     the folder
     * @throws io.felucca.FeluccaException INVALID for a damaged archive or one that climbs out, SYSTEM for the disk
     */
    void unpack(InputStream tar, Path folder, boolean kernelWhiteouts);
}
