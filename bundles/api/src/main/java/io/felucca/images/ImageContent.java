package io.felucca.images;

import io.felucca.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The content of images, for the client of registries: receives images blob by blob and hands them out again. What is
 * received is checked before an image is made of it: digests, sizes, and the layers' diff ids. Thread-safe.
 */
@ProviderType
public interface ImageContent {

    /** The longest manifest or index that is read (as containerd and the registries limit it). */
    int MAX_MANIFEST_BYTES = 4 << 20;

    /** Part of an image. */
    record Blob(Digest digest, String mediaType, long sizeBytes) {}

    /**
     * A manifest or index.
     *
     * @param mediaType as the registry said it
     */
    record Document(byte[] content, String mediaType) {}

    /** @throws io.felucca.FeluccaException INVALID, in containerd's words, for a platform that is none; empty is one */
    void requirePlatform(String platform);

    /**
     * The manifest of an index that is for a platform; empty when the document is a manifest itself.
     *
     * @param platform empty for this machine's
     * @throws io.felucca.FeluccaException INVALID for a damaged document, one that is a manifest and an index at once, or
     *     one of schema 1; NOT_FOUND when nothing in it is for that platform
     */
    Optional<Blob> choose(Document document, String platform);

    /** Begins to receive an image. @throws io.felucca.FeluccaException INVALID when the document is no manifest */
    Incoming receive(Document manifest);

    /**
     * An image that is being received. Closing it without {@link #store} makes no image; layers that have arrived in part
     * are kept for the next attempt. {@link #fetch} may be called by several threads.
     */
    interface Incoming extends AutoCloseable {

        Blob config();

        /** Lowest first, each once. */
        List<Blob> layers();

        /** The configuration, when the store has it already. */
        boolean hasConfig();

        /** @throws io.felucca.FeluccaException INVALID when it is not what the manifest names, or not for Linux */
        void config(byte[] json);

        /** Whether the layer is in the store. */
        boolean has(Blob layer);

        /**
         * Gets a layer from a source, beginning at the byte where an earlier attempt ended. A layer that another caller
         * fetches at the same time is waited for. Returns once the layer is whole and checked.
         *
         * @param received told how many bytes there are so far
         * @throws IOException of the source
         * @throws io.felucca.FeluccaException INVALID when it is not what the manifest says, SYSTEM for the disk
         */
        void fetch(Blob layer, Source source, LongConsumer received) throws IOException;

        /** Makes the image, under names that may have meant another before. */
        Stored store(List<ImageReference> names);

        @Override
        void close();
    }

    /** @param isNew whether the first name meant another image before, or none */
    record Stored(Digest image, boolean isNew) {}

    /** Where a blob comes from. */
    interface Source {

        /** The content from a byte on; the caller closes it. */
        InputStream open(long offset) throws IOException;
    }

    /** An image to send. @throws io.felucca.FeluccaException NOT_FOUND with Docker's text */
    Outgoing send(ImageReference name);

    /** An image whose blobs stay until it is closed. */
    interface Outgoing extends AutoCloseable {

        Digest manifestDigest();

        Document manifest();

        Blob config();

        /** Lowest first. */
        List<Blob> layers();

        /** What the layers are without compression, lowest first. */
        List<Digest> diffIds();

        /** @throws io.felucca.FeluccaException SYSTEM when it cannot be read */
        InputStream open(Blob blob);

        /** Puts the registry's {@code repository@digest} on record. */
        void pushed(ImageReference repoDigest);

        @Override
        void close();
    }

    /**
     * Every tag of a repository that the store has, sorted.
     *
     * @throws io.felucca.FeluccaException NOT_FOUND with Docker's text when the store has no name in it at all
     */
    List<ImageReference> tagsOf(ImageReference repository);

    /** Repositories of the same registry that hold a blob, by what was pulled and pushed before. */
    List<String> repositoriesWith(String domain, Blob blob);
}
