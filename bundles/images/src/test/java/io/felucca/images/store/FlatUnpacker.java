package io.felucca.images.store;

import io.felucca.FeluccaException;
import io.felucca.images.archive.LayerSize;
import io.felucca.images.archive.TarFormatException;
import io.felucca.images.layers.Applied;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes an archive's files flat; enough to see that a layer was unpacked, and needs no root. */
class FlatUnpacker implements LayerUnpacker {

    @Override
    public Applied unpack(InputStream tar, Path folder, boolean kernelWhiteouts) {
        try {
            byte[] whole = tar.readAllBytes();
            LayerSize.measure(new ByteArrayInputStream(whole));
            for (Map.Entry<String, byte[]> file :
                    Tars.read(new ByteArrayInputStream(whole)).entrySet()) {
                Files.write(folder.resolve(file.getKey().replace('/', '_')), file.getValue());
            }
            return new Applied(0, 0, List.of(), false, false);
        } catch (TarFormatException e) {
            throw FeluccaException.invalid(e.getMessage());
        } catch (IOException e) {
            throw FeluccaException.system("cannot unpack: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean copyParents(Path folder, List<byte[]> impliedParents, Path lowerView) {
        return true;
    }

    @Override
    public void copyRoot(Path folder, Path lowerFolder) {}
}
