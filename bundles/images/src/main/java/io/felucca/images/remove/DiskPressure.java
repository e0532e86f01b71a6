package io.felucca.images.remove;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Image;
import io.felucca.images.Images.Removed;
import io.felucca.images.content.Blobs;
import io.felucca.images.query.ImageList;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes unused images before new ones arrive on a disk that is nearly full, the one first whose last use is longest ago,
 * until the disk is less full than the low mark. Images stay that a container has, that others were built on, that were
 * used in the last two minutes, and tagged ones that no registry has, since nothing could bring those back. Off unless
 * marks are set. Thread-safe.
 */
public final class DiskPressure {

    private static final Logger LOG = LoggerFactory.getLogger(DiskPressure.class);

    /** What runs meanwhile has resolved its image, and makes its container of it soon. */
    private static final Duration MINIMUM_AGE = Duration.ofMinutes(2);

    private final Supplies supplies;
    private final ImageList list;
    private final ImagePrune prune;
    private final Blobs blobs;
    private final Predicate<Digest> unpacked;
    private final Clock clock;
    private final ReentrantLock collecting = new ReentrantLock();
    private volatile Marks marks = Marks.OFF;

    /** @param unpacked whether an image's layers lie in a storage driver */
    public DiskPressure(
            Supplies supplies, ImageList list, ImagePrune prune, Blobs blobs, Predicate<Digest> unpacked, Clock clock) {
        this.supplies = supplies;
        this.list = list;
        this.prune = prune;
        this.blobs = blobs;
        this.unpacked = unpacked;
        this.clock = clock;
    }

    /** Percents of the disk. @param high begins a collection, 0 for never; {@code low} ends it */
    public record Marks(int high, int low) {
        static final Marks OFF = new Marks(0, 0);
    }

    /** A file system's bytes, those kept for root not counted, as {@code df} does. */
    record Space(long usedBytes, long usableBytes) {

        int percent() {
            long all = usedBytes + usableBytes;
            return all == 0 ? 0 : (int) ((usedBytes * 100 + all - 1) / all);
        }

        long above(int percent) {
            return usedBytes - (usedBytes + usableBytes) / 100 * percent;
        }
    }

    /** Where the images lie. */
    public interface Supplies {

        Space measure() throws IOException;

        static Supplies of(Path folder) {
            return () -> {
                FileStore store = Files.getFileStore(folder);
                return new Space(store.getTotalSpace() - store.getUnallocatedSpace(), store.getUsableSpace());
            };
        }
    }

    public void configure(Marks changed) {
        marks = changed;
    }

    /** Looks at the disk, and makes room where there is little. A failure is logged: what arrives may fit all the same. */
    public void relieve() {
        Marks now = marks;
        if (now.high() == 0 || !collecting.tryLock()) {
            return;
        }
        try {
            Space space = supplies.measure();
            if (space.percent() > now.high()) {
                LOG.info(
                        "the disk is {}% full, more than {}%: removing unused images until it is {}%",
                        space.percent(), now.high(), now.low());
                collect(space.above(now.low()), now.low());
            }
        } catch (IOException | FeluccaException e) {
            LOG.warn("cannot make room by removing unused images: {}", e.getMessage());
        } finally {
            collecting.unlock();
        }
    }

    /** Drivers empty their trash in the background: what was removed is counted, too, so that no image goes in vain. */
    private void collect(long wantedBytes, int lowMark) throws IOException {
        long freed = blobs.deletePartialUnlessHeld();
        for (Candidate candidate : candidates()) {
            if (freed >= wantedBytes || supplies.measure().percent() <= lowMark) {
                return;
            }
            freed += remove(candidate);
        }
        Space left = supplies.measure();
        if (freed < wantedBytes && left.percent() > lowMark) {
            LOG.warn("the disk is still {}% full, and no other image may be removed", left.percent());
        }
    }

    private record Candidate(Image image, Instant lastUse) {}

    private List<Candidate> candidates() {
        Instant newest = clock.instant().minus(MINIMUM_AGE);
        List<Candidate> found = new ArrayList<>();
        for (Image image : list.readable()) {
            if (prune.isUsed(image)) {
                // A long run counts until its end, as far as it is seen here.
                blobs.touch(image.id(), clock.instant());
            } else if (prune.mayGo(image, false) && isReplaceable(image)) {
                Instant lastUse = blobs.touched(image.id());
                if (lastUse.isBefore(newest)) {
                    found.add(new Candidate(image, lastUse));
                }
            }
        }
        found.sort(Comparator.comparing(Candidate::lastUse)
                .thenComparing(each -> each.image().id()));
        return found;
    }

    private static boolean isReplaceable(Image image) {
        return image.tags().isEmpty() || !image.repoDigests().isEmpty();
    }

    private long remove(Candidate candidate) {
        Image image = candidate.image();
        boolean wasUnpacked = unpacked.test(image.id());
        long before = blobs.totalBytes();
        List<Removed> removed = new ArrayList<>();
        long layers = prune.remove(image, removed);
        if (removed.stream().noneMatch(line -> line.deleted().equals(image.id().value()))) {
            return 0;
        }
        LOG.info("removed the unused image {} {}, last used at {}", image.id(), image.tags(), candidate.lastUse());
        return Math.max(0, before - blobs.totalBytes()) + (wasUnpacked ? layers : 0);
    }
}
