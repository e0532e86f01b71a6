package io.felucca.images;

import io.felucca.Digest;
import java.time.Instant;
import java.util.List;

/**
 * An image of the store: what {@code image inspect} knows of it.
 *
 * @param id digest of its config
 * @param tags familiar references that name it, sorted
 * @param repoDigests familiar {@code repository@digest}, from pull and push only
 * @param parent id of the image it was built or committed from, or empty
 * @param comment of its last history entry
 * @param created null when the config has none
 * @param author empty for none
 * @param architecture Go's name, such as {@code amd64}
 * @param variant empty for none
 * @param os {@code linux}
 * @param sizeBytes sum of the unpacked layers
 * @param diffIds of its layers, lowest first
 * @param history of the config, oldest first
 */
public record Image(
        Digest id,
        List<String> tags,
        List<String> repoDigests,
        String parent,
        String comment,
        Instant created,
        String author,
        String architecture,
        String variant,
        String os,
        long sizeBytes,
        List<Digest> diffIds,
        ImageConfig config,
        List<History> history,
        Origin origin) {

    /** One that was made from no container, or of which that is not known. */
    public Image(
            Digest id,
            List<String> tags,
            List<String> repoDigests,
            String parent,
            String comment,
            Instant created,
            String author,
            String architecture,
            String variant,
            String os,
            long sizeBytes,
            List<Digest> diffIds,
            ImageConfig config,
            List<History> history) {
        this(
                id,
                tags,
                repoDigests,
                parent,
                comment,
                created,
                author,
                architecture,
                variant,
                os,
                sizeBytes,
                diffIds,
                config,
                history,
                Origin.NONE);
    }

    /**
     * What an image was committed from, {@code container} and {@code container_config} of its configuration.
     *
     * @param container its id, empty for none
     * @param config what the container had
     */
    public record Origin(String container, ImageConfig config) {

        public static final Origin NONE = new Origin("", ImageConfig.EMPTY);
    }

    /**
     * Hexadecimal chain id of the top layer (OCI image specification, config.md), by which storage drivers know the image;
     * empty for one without layers.
     */
    public String chainId() {
        Digest chain = null;
        for (Digest layer : diffIds) {
            chain = Digest.chain(chain, layer);
        }
        return chain == null ? "" : chain.hex();
    }

    /**
     * An entry of {@code history}.
     *
     * @param created null when unknown
     * @param sizeBytes of the layer it made, 0 for an empty one
     */
    public record History(
            Instant created, String createdBy, String author, String comment, boolean emptyLayer, long sizeBytes) {}
}
