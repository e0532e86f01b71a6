package io.felucca.images.unpack;

import io.felucca.images.layers.Applied;
import io.felucca.images.layers.LayerApplier;
import io.felucca.images.layers.Limits;
import io.felucca.images.layers.Whiteouts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Writes through the kernel's {@code *at} calls. */
public record KernelLayerWriter(Directories directories) implements LayerWriter {

    @Override
    public Applied unpack(InputStream tar, Path folder, boolean kernelWhiteouts) {
        try (Directory target = directories.open(folder)) {
            return LayerApplier.apply(tar, target, kernelWhiteouts ? Whiteouts.OVERLAY : Whiteouts.PLAIN, Limits.NONE);
        }
    }

    @Override
    public boolean copyParents(Path folder, List<byte[]> impliedParents, Path lowerView) {
        try (Directory target = directories.open(folder);
                Directory lower = directories.open(lowerView)) {
            return LayerApplier.copyParents(target, impliedParents, lower);
        }
    }

    @Override
    public void copyRoot(Path folder, Path lowerFolder) {
        try (Directory target = directories.open(folder);
                Directory lower = directories.open(lowerFolder)) {
            LayerApplier.copyRoot(target, lower);
        }
    }
}
