package io.felucca.linux;

import java.security.MessageDigest;
import org.osgi.annotation.versioning.ProviderType;

/** Hashes of what is too long for Java code that was not compiled by its best compiler. Thread-safe. */
@ProviderType
public interface Hashes {

    /** A new SHA-256 for one thread: that of libcrypto, and Java's where there is no libcrypto. It cannot be cloned. */
    MessageDigest sha256();
}
