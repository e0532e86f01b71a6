package io.felucca.linux.kernel;

import com.kenai.jffi.Library;
import io.felucca.linux.Hashes;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.osgi.service.component.annotations.Component;

/**
 * SHA-256 of OpenSSL's libcrypto, loaded at first use (openssl/sha.h). Java's own is as fast only once C2 has compiled
 * it, twelve times slower before: an engine whose Java stops at C1, for a smaller and faster start, needs this one.
 */
@Component
public final class LibCrypto implements Hashes {

    @Override
    public MessageDigest sha256() {
        return Loaded.isWhole() ? new Sha256() : javas();
    }

    private static MessageDigest javas() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Sha256 extends MessageDigest {

        /** More than a SHA256_CTX, which has 112 bytes. */
        private static final int CONTEXT_BYTES = 256;

        private static final int HASH_BYTES = 32;

        private final ByteBuffer context = ByteBuffer.allocateDirect(CONTEXT_BYTES);
        private final long address = Scratch.address(context);

        Sha256() {
            super("SHA-256");
            engineReset();
        }

        @Override
        protected int engineGetDigestLength() {
            return HASH_BYTES;
        }

        @Override
        protected void engineReset() {
            Loaded.INIT.call(address);
        }

        @Override
        protected void engineUpdate(byte input) {
            engineUpdate(new byte[] {input}, 0, 1);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            Scratch scratch = Scratch.get();
            for (int done = 0; done < length; ) {
                int part = Math.min(length - done, Scratch.LARGE_BYTES);
                scratch.large().put(input, offset + done, part);
                Loaded.UPDATE.call(address, scratch.largeAddress(), part);
                done += part;
            }
        }

        @Override
        protected byte[] engineDigest() {
            Scratch scratch = Scratch.get().reset();
            long hash = scratch.take(HASH_BYTES);
            Loaded.FINAL.call(hash, address);
            engineReset();
            return scratch.getBytes(hash, HASH_BYTES);
        }
    }

    /** The library and its functions, null without it. */
    private static final class Loaded {
        static final Library LIBRARY = load();
        static final Libc.Function INIT = function("SHA256_Init");
        static final Libc.Function UPDATE = function("SHA256_Update");
        static final Libc.Function FINAL = function("SHA256_Final");

        static boolean isWhole() {
            return INIT != null && UPDATE != null && FINAL != null;
        }

        private static Library load() {
            Library newest = Library.openLibrary("libcrypto.so.3", Library.LAZY);
            return newest == null ? Library.openLibrary("libcrypto.so.1.1", Library.LAZY) : newest;
        }

        private static Libc.Function function(String name) {
            long address = LIBRARY == null ? 0 : LIBRARY.getSymbolAddress(name);
            return address == 0 ? null : new Libc.Function(name, address);
        }
    }
}
