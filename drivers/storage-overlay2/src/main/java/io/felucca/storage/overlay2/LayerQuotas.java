package io.felucca.storage.overlay2;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.ProjectQuotas;
import io.felucca.storage.spi.LayerStore.State;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits of active layers, as project quotas. The upper directory and overlay's working directory are one project: files
 * are made in the one and renamed into the other. The folder around them is in none, so that it can be renamed.
 */
final class LayerQuotas {

    private static final Logger LOG = LoggerFactory.getLogger(LayerQuotas.class);

    private final Directories directories;
    private final ProjectQuotas quotas;
    private final OverlayFolders folders;
    private final long defaultBytes;

    /** @param defaultBytes of layers that are asked for without a limit; 0 for none */
    LayerQuotas(Directories directories, ProjectQuotas quotas, OverlayFolders folders, long defaultBytes) {
        this.directories = directories;
        this.quotas = quotas;
        this.folders = folders;
        this.defaultBytes = defaultBytes;
    }

    long defaultBytes() {
        return defaultBytes;
    }

    /**
     * Tries whether a default can be kept.
     *
     * @throws FeluccaException UNSUPPORTED, in dockerd's words
     */
    void check() {
        if (defaultBytes == 0) {
            return;
        }
        Path half = folders.layers().startHalf();
        try (Directory trial = directories.open(half)) {
            quotas.limit(trial, defaultBytes);
            quotas.endLimit(trial);
        } catch (FeluccaException e) {
            throw e.kind() == Kind.UNSUPPORTED
                    ? new FeluccaException(
                            Kind.UNSUPPORTED,
                            "Storage option overlay2.size not supported. Filesystem does not support Project Quota: "
                                    + e.getMessage(),
                            e)
                    : e;
        } finally {
            folders.layers().drop(half);
        }
    }

    /**
     * Limits a half-made layer whose directories are empty.
     *
     * @throws FeluccaException UNSUPPORTED, in dockerd's words; the log has the reason
     */
    void limit(Path half, long sizeBytes) {
        try (Directory diff = directories.open(half.resolve("diff"));
                Directory work = directories.open(half.resolve("work"))) {
            quotas.limit(diff, sizeBytes);
            quotas.share(work, diff);
        } catch (FeluccaException e) {
            if (e.kind() == Kind.UNSUPPORTED) {
                LOG.info("no limit for a layer: {}", e.getMessage());
                throw FeluccaException.unsupported(
                        "--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
            }
            throw e;
        }
    }

    /** Ends a layer's limit after its removal. */
    void ending(OverlayLayer layer, Runnable removal) {
        if (layer.state() != State.ACTIVE) {
            removal.run();
            return;
        }
        // Held open, since it goes. Last of all: what a refusal leaves keeps its limit.
        try (Directory diff = directories.open(folders.diff(layer.name()))) {
            removal.run();
            quotas.endLimit(diff);
        }
    }
}
