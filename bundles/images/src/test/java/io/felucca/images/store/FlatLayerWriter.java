package io.felucca.images.store;

import io.felucca.FeluccaException;
import io.felucca.images.layers.Applied;
import io.felucca.images.layers.WhiteoutRules;
import io.felucca.images.tar.TarEntry;
import io.felucca.images.tar.TarReader;
import io.felucca.images.unpack.LayerWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes an archive's files flat; enough to see that a layer was unpacked, and needs no root. */
public class FlatLayerWriter implements LayerWriter {

    @Override
    public Applied unpack(InputStream tar, Path folder, boolean kernelWhiteouts) {
        TarReader reader = new TarReader(tar);
        long sum = 0;
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            TarEntry entry = next.get();
            WhiteoutRules.check(entry);
            sum += entry.countedBytes();
            if (entry.type() == TarEntry.FILE) {
                try (OutputStream file =
                        Files.newOutputStream(folder.resolve(entry.name().replace('/', '_')))) {
                    reader.copyTo(file, entry);
                } catch (IOException e) {
                    throw FeluccaException.system("cannot unpack: " + e.getMessage(), e);
                }
            }
        }
        return new Applied(sum, 0, List.of(), false, false);
    }

    @Override
    public boolean copyParents(Path folder, List<byte[]> impliedParents, Path lowerView) {
        return true;
    }

    @Override
    public void copyRoot(Path folder, Path lowerFolder) {}
}
