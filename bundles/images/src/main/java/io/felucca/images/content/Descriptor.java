package io.felucca.images.content;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import java.util.List;
import java.util.Map;

/** OCI image-spec 1.1, descriptor.md. The digest is text until {@link #contentDigest} has checked it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Descriptor(
        String mediaType,
        String digest,
        @JsonInclude(JsonInclude.Include.ALWAYS) long size,
        List<String> urls,
        Map<String, String> annotations,
        Platform platform) {

    public static Descriptor of(String mediaType, Digest digest, long sizeBytes) {
        return new Descriptor(mediaType, digest.value(), sizeBytes, null, null, null);
    }

    public Descriptor withMediaType(String given) {
        return new Descriptor(given, digest, size, urls, annotations, platform);
    }

    public Descriptor withAnnotations(Map<String, String> given) {
        return new Descriptor(mediaType, digest, size, urls, given, platform);
    }

    /** @throws FeluccaException INVALID when it is no sha256 digest or the size is negative */
    @JsonIgnore
    public Digest contentDigest() {
        if (size < 0) {
            throw FeluccaException.invalid("invalid descriptor: size " + size + " of " + digest);
        }
        return new Digest(digest);
    }

    public String annotation(String name) {
        return annotations == null ? "" : annotations.getOrDefault(name, "");
    }
}
