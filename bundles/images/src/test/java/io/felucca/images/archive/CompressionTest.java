package io.felucca.images.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {

    /** A body that its sender goes on with. */
    private static final class Body extends ByteArrayInputStream {
        private boolean closed;

        Body(byte[] bytes) {
            super(bytes);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static byte[] packed(Compression how) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = switch (how) {
            case NONE -> bytes;
            case GZIP -> new GZIPOutputStream(bytes);
            case BZIP2 -> new BZip2CompressorOutputStream(bytes);
            case XZ -> new XZOutputStream(bytes, new LZMA2Options(1));
            case ZSTD -> new ZstdOutputStream(bytes);
        }) {
            out.write("content".repeat(1000).getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    @DisplayName("Closing what was opened ends the decompressor, and leaves the stream below to who opened it")
    void closingEndsTheDecompressorOnly(Compression how) throws IOException {
        Body body = new Body(packed(how));
        Compression.Opened opened = Compression.open(body);
        InputStream plain = opened.plain();
        assertThat(opened.compression()).isEqualTo(how);
        assertThat(plain.readNBytes(7)).isEqualTo("content".getBytes(StandardCharsets.UTF_8));
        opened.close();

        assertThat(body.closed).isFalse();
        if (how != Compression.NONE) {
            assertThatThrownBy(() -> plain.readNBytes(7)).isInstanceOf(IOException.class);
        }
    }
}
