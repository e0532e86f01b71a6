package io.felucca.registry.http;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of manifests and other small documents; what is long is hashed by {@link io.felucca.linux.Hashes}. */
public final class Hashing {

    private Hashing() {}

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw FeluccaException.system("this JVM has no SHA-256", e);
        }
    }

    public static Digest digestOf(byte[] content) {
        return digest(sha256().digest(content));
    }

    public static Digest digest(byte[] hash) {
        return Digest.ofHex(HexFormat.of().formatHex(hash));
    }
}
