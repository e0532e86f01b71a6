package io.felucca.images.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Stat.Time;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is read of archives, whoever reads them: layers, images, and what cp brings. */
class TarReaderTest {

    private static final Time TIME = new Time(1_700_000_000, 0);

    private static TarEntry file(String path, long size) {
        byte[] name = path.getBytes(StandardCharsets.ISO_8859_1);
        return new TarEntry(name, '0', 0644, 0, 0, size, size, TIME, TIME, new byte[0], 0, List.of(), Optional.empty());
    }

    private static byte[] archive(TarEntry... entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(out);
        for (TarEntry entry : entries) {
            writer.write(entry);
        }
        writer.finish();
        return out.toByteArray();
    }

    private static Optional<TarEntry> first(byte[] archive) {
        return new TarReader(new ByteArrayInputStream(archive)).next();
    }

    @Test
    void S83_whatIsAllZerosOrNothingIsAnEmptyArchiveAsForDockerd() {
        for (int length : new int[] {0, 512, 1024, 10240}) {
            assertThat(first(new byte[length])).as("%d zeros", length).isEmpty();
        }
    }

    @Test
    void T12_aBlockOfZerosBeforeSomethingElseIsNoHeader() {
        byte[] archive = new byte[1536];
        Arrays.fill(archive, 512, 1024, (byte) 'x');
        assertThatThrownBy(() -> first(archive)).hasMessage("archive/tar: invalid tar header");
    }

    @Test
    void T11_whatFollowsTheEndIsReadWithinBounds() throws IOException {
        byte[] whole = archive(file("f", 0));
        ByteArrayInputStream padded = new ByteArrayInputStream(Arrays.copyOf(whole, whole.length + (1 << 19)));
        TarReader reader = new TarReader(padded);
        assertThat(reader.next()).isPresent();
        assertThat(reader.next()).isEmpty();
        assertThat(padded.available()).isZero();

        TarReader bomb = new TarReader(new ByteArrayInputStream(Arrays.copyOf(whole, 4 << 20)));
        bomb.next();
        assertThatThrownBy(bomb::next)
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage("more than 1048576 bytes follow the end of the archive");
    }

    @Test
    void S88_whatNobodyWantsIsNotRead() {
        int size = 64 << 20;
        byte[] header = Arrays.copyOf(archive(file("large", size)), 512);
        byte[] whole = Arrays.copyOf(header, 512 + size + 1024);
        AtomicLong read = new AtomicLong();
        TarReader reader = new TarReader(new ByteArrayInputStream(whole) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                int count = super.read(into, offset, length);
                read.addAndGet(Math.max(0, count));
                return count;
            }
        });
        assertThat(reader.next()).map(TarEntry::sizeBytes).contains((long) size);
        assertThat(reader.next()).isEmpty();
        assertThat(read).hasValueLessThan(1 << 20);
    }

    @Test
    void T11_aMemberThatIsSkippedAndNotWholeIsCut() {
        byte[] cut = Arrays.copyOf(archive(file("large", 4 << 20)), 1 << 20);
        TarReader reader = new TarReader(new ByteArrayInputStream(cut));
        reader.next();
        assertThatThrownBy(reader::next).hasMessage("unexpected EOF");
    }

    @Test
    void S89_aSparseFileIsCopiedWithItsHolesAsZeros() throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(sparse("100000\n3\n300000\n0\n", "abc", 300_000)));
        TarEntry read = reader.next().orElseThrow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reader.copyTo(out, read);

        byte[] expected = new byte[300_000];
        System.arraycopy("abc".getBytes(StandardCharsets.US_ASCII), 0, expected, 100_000, 3);
        assertThat(out.toByteArray()).isEqualTo(expected);
        assertThat(read.sizeBytes()).isEqualTo(300_000);
    }

    /** As GNU tar writes format 1.0 of {@code --sparse --format=pax}. */
    private static byte[] sparse(String pieces, String data, long size) {
        String records = record("GNU.sparse.major=1")
                + record("GNU.sparse.minor=0")
                + record("GNU.sparse.name=s")
                + record("GNU.sparse.realsize=" + size);
        String map = pieces.lines().count() / 2 + "\n" + pieces;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarEntry extension = file("PaxHeaders/s", records.length());
        member(out, extension, 'x', records);
        String padded = map + "\0".repeat(512 - map.length());
        member(out, file("GNUSparseFile.0/s", 512 + data.length()), '0', padded + data);
        return out.toByteArray();
    }

    private static void member(ByteArrayOutputStream out, TarEntry entry, char type, String data) {
        byte[] block = Arrays.copyOf(archive(entry), 512);
        block[156] = (byte) type;
        int sum = Integer.parseInt(new String(block, 148, 6, StandardCharsets.US_ASCII), 8) + type - '0';
        byte[] digits = String.format("%06o", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, block, 148, 6);
        out.writeBytes(block);
        out.writeBytes(Arrays.copyOf(data.getBytes(StandardCharsets.US_ASCII), (data.length() + 511) / 512 * 512));
    }

    private static String record(String text) {
        // Two digits, a blank and the newline.
        return text.length() + 4 + " " + text + "\n";
    }

    @Test
    void timesBeforeTheEpochAreWrittenAsTheyAre() {
        assertThat(TarWriter.time(new Time(-1, 500_000_000))).isEqualTo("-0.5");
        assertThat(TarWriter.time(new Time(-2, 750_000_000))).isEqualTo("-1.25");
        assertThat(TarWriter.time(new Time(-3, 0))).isEqualTo("-3");
        assertThat(TarWriter.time(new Time(5, 10))).isEqualTo("5.00000001");
        for (String text : new String[] {"-0.5", "-1.25", "-3", "5.00000001", "0.1"}) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            assertThat(TarWriter.time(PaxRecords.time(bytes))).isEqualTo(text);
        }
    }
}
