package io.felucca.images.archive;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.content.Blobs;
import java.io.InputStream;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** Reads archives of images, whatever their form: OCI layouts, Docker's with manifest.json, and those of before. */
public final class ImageArchive {

    private ImageArchive() {}

    /**
     * Brings every image of the archive into the blobs, checked; nothing has a name yet. An archive that is both OCI's
     * and Docker's is read as OCI's, whose manifests so stay what they are.
     *
     * @param hold keeps what was stored
     * @param sizes told the unpacked size of each layer by its diff id
     * @throws FeluccaException INVALID when it is no such archive, is damaged, or says what is not so
     */
    public static List<LoadedImage> load(
            InputStream archive, Blobs blobs, Blobs.Hold hold, ObjLongConsumer<Digest> sizes) {
        try (MemberSpool spool = MemberSpool.of(archive, blobs);
                LayerBlobs layers = new LayerBlobs(blobs, sizes)) {
            if (OciArchive.is(spool)) {
                return new OciArchive(spool, layers, blobs, hold).load();
            }
            if (spool.find(DockerManifestItem.FILE).isPresent()) {
                return DockerArchive.load(spool, layers, blobs, hold);
            }
            if (LegacyArchive.is(spool)) {
                return new LegacyArchive(spool, layers, blobs, hold).load();
            }
            throw FeluccaException.invalid(
                    "invalid archive: no manifest.json, index.json or repositories in it. Is it a root filesystem? Then"
                            + " import it");
        }
    }
}
