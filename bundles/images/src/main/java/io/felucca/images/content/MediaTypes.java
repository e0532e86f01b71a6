package io.felucca.images.content;

/** Media types of OCI (image-spec 1.1, media-types.md) and of Docker (distribution, manifest schema 2). */
public final class MediaTypes {

    public static final String INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    public static final String DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

    private MediaTypes() {}

    public static boolean isIndex(String mediaType) {
        return INDEX.equals(mediaType) || DOCKER_INDEX.equals(mediaType);
    }

    /** The OCI type of a layer that has Docker's; any other as it is. */
    public static String ociLayer(String mediaType) {
        if (mediaType == null) {
            return null;
        }
        return switch (mediaType) {
            case DOCKER_LAYER -> LAYER;
            case DOCKER_LAYER + ".gzip" -> LAYER + "+gzip";
            default -> mediaType;
        };
    }

    public static boolean isManifest(String mediaType) {
        return MANIFEST.equals(mediaType) || DOCKER_MANIFEST.equals(mediaType);
    }
}
