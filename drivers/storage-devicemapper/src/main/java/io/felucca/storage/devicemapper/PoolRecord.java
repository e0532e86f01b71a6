package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.storage.devicemapper.pool.PoolStatus;
import io.felucca.storage.devicemapper.pool.ThinPool;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The file {@code pool}: which pool the store uses, and the transaction id that the pool must have. The id counts the
 * blocks of {@link #DEVICES} device numbers that the store has begun to use; it is written here first, then to the pool,
 * so that both say the same or, after a crash, this one is ahead by one. Not thread-safe.
 */
final class PoolRecord {

    /** How many device numbers one transaction id stands for. */
    static final int DEVICES = 64;

    private final Path file;
    private final ThinPool pool;
    private final String tag;
    private long transaction;

    private PoolRecord(Path file, ThinPool pool, String tag, long transaction) {
        this.file = file;
        this.pool = pool;
        this.tag = tag;
        this.transaction = transaction;
    }

    /**
     * Begins a record on a pool that nobody uses, or checks that the pool is the one it was.
     *
     * @throws FeluccaException CONFLICT for a pool that another uses or used
     */
    static PoolRecord open(Path file, ThinPool pool) {
        PoolStatus status = pool.status();
        if (!Files.exists(file)) {
            if (status.transaction() != 0 || status.usedDataBlocks() != 0) {
                throw FeluccaException.conflict("the thin pool " + pool.name() + " is not empty (transaction id "
                        + status.transaction() + ", " + status.usedDataBlocks()
                        + " data blocks in use) and not this store's: give the engine a pool of its own, new");
            }
            byte[] tag = new byte[6];
            new SecureRandom().nextBytes(tag);
            PoolRecord record = new PoolRecord(file, pool, HexFormat.of().formatHex(tag), 0);
            record.write(0);
            return record;
        }
        Map<String, String> values = read(file);
        long recorded = Long.parseLong(values.get("transaction"));
        long found = status.transaction();
        if (!values.get("pool").equals(pool.name())) {
            throw FeluccaException.conflict("this store's layers are in the thin pool " + values.get("pool")
                    + ", not in " + pool.name() + ": give it that one, or a new data root");
        }
        if (found != recorded && found != recorded - 1) {
            throw FeluccaException.conflict("the thin pool " + pool.name() + " has the transaction id " + found
                    + " where " + recorded + " was recorded: it is another pool, or one of another time");
        }
        return new PoolRecord(file, pool, values.get("tag"), found);
    }

    /**
     * Refuses a pool that cannot hold these layers, though its transaction id would do: their numbers were never taken
     * in it.
     *
     * @throws FeluccaException CONFLICT
     */
    void check(List<Layer> layers) {
        for (Layer layer : layers) {
            if (layer.device() >= limit()) {
                throw isAnother(layer);
            }
        }
    }

    /** That a layer's device is not in the pool. */
    FeluccaException isAnother(Layer layer) {
        return FeluccaException.conflict("the thin pool " + pool.name() + " has no device " + layer.device()
                + ", which layer " + layer.name() + " is in: it is another pool, or one of another time");
    }

    private static Map<String, String> read(Path file) {
        Map<String, String> values = new java.util.HashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split(" ", 2);
                values.put(parts[0], parts.length == 2 ? parts[1] : "");
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the record of the thin pool: " + e, e);
        }
        return values;
    }

    /** What the names of the store's devices hold. */
    String tag() {
        return tag;
    }

    /** Device numbers below this may be in use. */
    int limit() {
        return Math.toIntExact(transaction * DEVICES);
    }

    void raiseLimit() {
        write(transaction + 1);
        pool.setTransaction(transaction, transaction + 1);
        transaction++;
    }

    /** Has the pool write its metadata, and the data before it (Linux 5.5: a flush precedes each commit). */
    void sync() {
        pool.setTransaction(transaction, transaction);
    }

    private void write(long next) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                channel.write(StandardCharsets.UTF_8.encode(
                        "pool " + pool.name() + "\ntag " + tag + "\ntransaction " + next + "\n"));
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot write the record of the thin pool " + file + ": " + e, e);
        }
    }
}
