package io.felucca.linux;

import org.osgi.annotation.versioning.ProviderType;

/** Compiles seccomp profiles by libseccomp.so.2, for the machine's own architecture and its 32-bit ones. */
@ProviderType
public interface Seccomp {

    /** Whether the library is there. */
    boolean isAvailable();

    /** The filter as an array of {@code struct sock_filter}; UNSUPPORTED without the library. */
    byte[] compile(SeccompProfile profile);
}
