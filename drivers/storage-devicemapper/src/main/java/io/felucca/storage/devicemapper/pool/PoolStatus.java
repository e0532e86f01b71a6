package io.felucca.storage.devicemapper.pool;

import io.felucca.FeluccaException;
import io.felucca.linux.dm.DmTarget;

/**
 * What a thin pool says of itself.
 *
 * @param transaction a number that its user sets
 * @param blockBytes of data
 * @param mode {@code rw}, {@code ro}, {@code out_of_data_space}; {@code Fail} or {@code Error} stands alone, without numbers
 */
public record PoolStatus(
        long transaction,
        long usedMetadataBlocks,
        long totalMetadataBlocks,
        long usedDataBlocks,
        long totalDataBlocks,
        long blockBytes,
        String mode) {

    /** Fixed in the kernel (dm-thin-metadata.h: THIN_METADATA_BLOCK_SIZE). */
    static final long METADATA_BLOCK_BYTES = 4096;

    /** Up to the mode. */
    private static final int WORDS = 5;

    /**
     * @param status {@code 1 140/4096 0/3072 - rw discard_passdown queue_if_no_space - 1024}
     * @param table {@code 7:1 7:0 128 32768 1 skip_block_zeroing}
     */
    static PoolStatus of(DmTarget status, DmTarget table) {
        if (!status.type().equals("thin-pool")) {
            throw FeluccaException.invalid("not a thin pool but " + status.type());
        }
        long blockBytes = Long.parseLong(table.words()[2]) * 512;
        String[] words = status.words();
        if (words.length < WORDS) {
            return new PoolStatus(0, 0, 0, 0, 0, blockBytes, status.parameters().strip());
        }
        String[] metadata = words[1].split("/");
        String[] data = words[2].split("/");
        return new PoolStatus(
                Long.parseLong(words[0]),
                Long.parseLong(metadata[0]),
                Long.parseLong(metadata[1]),
                Long.parseLong(data[0]),
                Long.parseLong(data[1]),
                blockBytes,
                words[4]);
    }

    /** Whether the kernel has given the pool up, or cannot tell its state. */
    boolean failed() {
        return mode.equals("Fail") || mode.equals("Error");
    }

    public long usedDataBytes() {
        return usedDataBlocks * blockBytes;
    }

    public long totalDataBytes() {
        return totalDataBlocks * blockBytes;
    }

    public long usedMetadataBytes() {
        return usedMetadataBlocks * METADATA_BLOCK_BYTES;
    }

    public long totalMetadataBytes() {
        return totalMetadataBlocks * METADATA_BLOCK_BYTES;
    }
}
