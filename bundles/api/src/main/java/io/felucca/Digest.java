package io.felucca;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A content digest, {@code sha256:} and 64 lower-case hexadecimal digits (OCI image-spec 1.1, descriptor.md, "Digests";
 * sha256 is the only algorithm that the engine writes or accepts).
 *
 * @param value the whole text
 */
public record Digest(String value) implements Comparable<Digest> {

    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    /** @throws FeluccaException INVALID when the text is not a sha256 digest */
    public Digest {
        if (value == null || !FORM.matcher(value).matches()) {
            throw FeluccaException.invalid("invalid digest: " + value);
        }
    }

    public static Digest ofHex(String hex) {
        return new Digest("sha256:" + hex);
    }

    /**
     * The chain id of a layer over others (OCI image-spec 1.1, config.md, "Layer ChainID").
     *
     * @param parent of the layers below; null for the lowest
     */
    public static Digest chain(Digest parent, Digest diffId) {
        if (parent == null) {
            return diffId;
        }
        try {
            byte[] text = (parent + " " + diffId).getBytes(StandardCharsets.US_ASCII);
            return ofHex(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text)));
        } catch (NoSuchAlgorithmException e) {
            throw FeluccaException.system("this JVM has no SHA-256", e);
        }
    }

    /** True when the text is a digest in full. */
    public static boolean matches(String text) {
        return text != null && FORM.matcher(text).matches();
    }

    /** The 64 digits. */
    public String hex() {
        return value.substring("sha256:".length());
    }

    /** The first 12 digits, as Docker shows ids. */
    public String shortHex() {
        return hex().substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
