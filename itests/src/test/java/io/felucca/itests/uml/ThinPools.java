package io.felucca.itests.uml;

import io.felucca.FeluccaException;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.linux.dm.DmTarget;
import io.felucca.linux.kernel.KernelDeviceMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** Thin pools on slices of a disk, one for each name; another process finds those that are there. */
final class ThinPools {

    private static final int SLICES = 3;
    private static final long MEBIBYTE_SECTORS = 2048;
    private static final long SLICE_MEBIBYTES = 680;
    private static final long METADATA_MEBIBYTES = 16;
    private static final long BLOCK_SECTORS = 128;

    private final DeviceMapper mapper = new KernelDeviceMapper();
    private final String diskNumber;

    ThinPools(String diskNumber) {
        this.diskNumber = diskNumber;
    }

    DeviceMapper mapper() {
        return mapper;
    }

    /** The pool of that name, made when there is none. */
    String pool(String name) {
        Optional<String> there = find(name);
        if (there.isPresent()) {
            return there.get();
        }
        for (int slice = 0; slice < SLICES; slice++) {
            if (mapper.find(part(slice, "data")).isEmpty()) {
                return make(slice, name);
            }
        }
        throw new IllegalStateException("all " + SLICES + " slices are in use: " + mapper.names());
    }

    private Optional<String> find(String name) {
        return mapper.names().stream()
                .filter(each -> each.matches("pool-\\d-" + name))
                .findFirst();
    }

    private static String part(int slice, String part) {
        return "slice-" + slice + "-" + part;
    }

    private String make(int slice, String name) {
        long start = slice * SLICE_MEBIBYTES * MEBIBYTE_SECTORS;
        long metadataSectors = METADATA_MEBIBYTES * MEBIBYTE_SECTORS;
        long dataSectors = SLICE_MEBIBYTES * MEBIBYTE_SECTORS - metadataSectors;
        String metadata = linear(part(slice, "metadata"), start, metadataSectors);
        String data = linear(part(slice, "data"), start + metadataSectors, dataSectors);
        clear(mapper.find(part(slice, "metadata")).orElseThrow().node());
        String parameters = metadata + " " + data + " " + BLOCK_SECTORS + " 0 1 skip_block_zeroing";
        String pool = "pool-" + slice + "-" + name;
        mapper.create(pool, "", List.of(new DmTarget(0, dataSectors, "thin-pool", parameters)), false);
        return pool;
    }

    private String linear(String name, long start, long sectors) {
        DmTarget target = new DmTarget(0, sectors, "linear", diskNumber + " " + start);
        return mapper.create(name, "", List.of(target), false).number();
    }

    /** A pool's metadata begins with zeros when it is new. */
    private static void clear(Path device) {
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(4096));
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes a pool away with all that is active in it. */
    void remove(String name) {
        find(name).ifPresent(pool -> {
            String number = mapper.find(pool).orElseThrow().number();
            for (String device : mapper.names()) {
                if (device.startsWith("felucca-")
                        && mapper.table(device).stream()
                                .anyMatch(target -> target.parameters().startsWith(number + " "))) {
                    removeSoon(device);
                }
            }
            removeSoon(pool);
            removeSoon(part(pool.charAt(5) - '0', "data"));
            removeSoon(part(pool.charAt(5) - '0', "metadata"));
        });
    }

    private void removeSoon(String device) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreException(FeluccaException.class)
                .until(() -> {
                    mapper.remove(device, false);
                    return true;
                });
    }
}
