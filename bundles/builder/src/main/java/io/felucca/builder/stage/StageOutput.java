package io.felucca.builder.stage;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder.Output;
import io.felucca.builder.Builder.StepWatcher;
import io.felucca.registry.Registry.Progress;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The output of one stage: kept in a file while an earlier stage is shown, and shown at once from then on. Of what its
 * containers write, no more is kept than the builds' limit leaves. Thread-safe.
 */
public final class StageOutput implements Output {

    /** Bytes that are kept of the containers' output, of all stages of one build together. */
    public static final long MAX_KEPT_BYTES = 64L << 20;

    private static final int TEXT = 0;
    private static final int OUT = 1;
    private static final int ERR = 2;
    private static final int STATUS = 3;
    private static final int STAGE = 4;
    private static final int STEP = 5;

    private final Output to;
    private final Path file;
    private final AtomicLong left;
    private final BooleanSupplier wanted;
    private final StepWatcher watcher;
    private DataOutputStream kept;
    private long keptBytes;
    private Progress transfers;
    private IOException broken;
    private boolean shown;
    private boolean succeeded;
    private boolean clipped;
    private boolean inLine;
    private volatile int step;
    private volatile boolean cached;

    /**
     * @param file is made when there is something to keep
     * @param left how much more may be kept; shared by the stages of a build
     * @param wanted false when the build has ended
     */
    public StageOutput(Output to, Path file, AtomicLong left, BooleanSupplier wanted) {
        this.to = to;
        this.file = file;
        this.left = left;
        this.wanted = wanted;
        watcher = to.watcher();
    }

    private interface Entry {
        void write(DataOutputStream out) throws IOException;
    }

    private void keep(int type, Entry entry) {
        if (broken != null) {
            return;
        }
        try {
            if (kept == null) {
                kept = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
            }
            kept.writeByte(type);
            entry.write(kept);
        } catch (IOException e) {
            broken = e;
        }
    }

    private static void bytes(DataOutputStream out, byte[] bytes, int offset, int length) throws IOException {
        out.writeInt(length);
        out.write(bytes, offset, length);
    }

    private static void string(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        bytes(out, bytes, 0, bytes.length);
    }

    @Override
    public synchronized void text(String text) {
        if (shown) {
            to.text(text);
            inLine = !text.endsWith("\n");
            return;
        }
        keep(TEXT, out -> string(out, text));
        if (broken != null) {
            throw FeluccaException.system("cannot keep the output of a stage in " + file + ": " + broken, broken);
        }
    }

    @Override
    public void step(int number, int count, String instruction) {
        step = number;
        cached = false;
        watcher.began(number, count, instruction);
        tellStep(number, count, instruction);
    }

    private synchronized void tellStep(int number, int count, String instruction) {
        if (shown) {
            to.step(number, count, instruction);
            inLine = false;
            return;
        }
        keep(STEP, out -> {
            string(out, instruction);
            out.writeInt(number);
            out.writeInt(count);
        });
    }

    /** The step was made before. */
    public void cached() {
        cached = true;
        text(" ---> Using cache\n");
    }

    /** The step is done. */
    public void made(Optional<Digest> image) {
        text(" ---> " + image.map(Digest::shortHex).orElse("") + "\n");
        watcher.ended(step, cached);
    }

    /** Shows which container a step runs in. */
    public void running(String container) {
        text(" ---> Running in " + container.substring(0, 12) + "\n");
    }

    public void removed(String container) {
        text("Removing intermediate container " + container.substring(0, 12) + "\n");
    }

    @Override
    public void bytes(boolean stderr, byte[] bytes, int offset, int length) {
        watcher.wrote(step, bytes, offset, length);
        tellBytes(stderr, bytes, offset, length);
    }

    private synchronized void tellBytes(boolean stderr, byte[] bytes, int offset, int length) {
        if (shown) {
            to.bytes(stderr, bytes, offset, length);
            inLine = length > 0 ? bytes[offset + length - 1] != '\n' : inLine;
        } else if (!clipped && left.addAndGet(-length) >= 0) {
            keptBytes += length;
            keep(stderr ? ERR : OUT, out -> bytes(out, bytes, offset, length));
        } else if (!clipped) {
            left.addAndGet(length);
            clipped = true;
            keep(
                    TEXT,
                    out -> string(
                            out,
                            "\n[output clipped: more than " + (MAX_KEPT_BYTES >> 20)
                                    + "MiB came while an earlier stage was shown]\n"));
        }
    }

    /** Tells of a pull; how far it is, is told of what is shown alone. */
    @Override
    public Progress transfers() {
        return new Progress() {
            @Override
            public void status(String id, String text) {
                watcher.pulled(step, id, text);
                StageOutput.this.status(id, text);
            }

            @Override
            public void bytes(String id, String action, long current, long total) {
                watcher.pulled(step, id, action);
                Progress now = shownTransfers();
                if (now != null) {
                    now.bytes(id, action, current, total);
                }
            }
        };
    }

    private synchronized Progress shownTransfers() {
        if (shown && transfers == null) {
            transfers = to.transfers();
        }
        return transfers;
    }

    private synchronized void status(String id, String text) {
        if (shown) {
            shownTransfers().status(id, text);
            return;
        }
        keep(STATUS, out -> {
            string(out, id);
            string(out, text);
        });
    }

    @Override
    public synchronized void stage(Digest image) {
        if (shown) {
            to.stage(image);
        } else {
            keep(STAGE, out -> string(out, image.value()));
        }
    }

    @Override
    public boolean wantsMore() {
        return wanted.getAsBoolean();
    }

    /** The stage tells nothing more. */
    public synchronized void end() {
        if (kept != null) {
            try {
                kept.close();
            } catch (IOException e) {
                broken = broken == null ? e : broken;
            }
        }
    }

    public synchronized void succeed() {
        succeeded = true;
    }

    public synchronized boolean hasSucceeded() {
        return succeeded;
    }

    /** Ends a line that the build's failure has cut. */
    public synchronized void cut() {
        if (shown && inLine) {
            text("\n");
        }
    }

    /** Shows what was kept, and all that comes, from now on. */
    public synchronized void show() {
        if (shown) {
            return;
        }
        shown = true;
        clipped = false;
        if (kept == null) {
            return;
        }
        end();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (int type = in.read(); type >= 0; type = in.read()) {
                replay(type, in);
            }
            Files.delete(file);
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the output of a stage from " + file + ": " + e, e);
        }
        left.addAndGet(keptBytes);
    }

    private void replay(int type, DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        switch (type) {
            case OUT, ERR -> tellBytes(type == ERR, bytes, 0, bytes.length);
            case TEXT -> text(new String(bytes, StandardCharsets.UTF_8));
            case STEP -> tellStep(in.readInt(), in.readInt(), new String(bytes, StandardCharsets.UTF_8));
            case STAGE -> stage(new Digest(new String(bytes, StandardCharsets.UTF_8)));
            default -> {
                byte[] text = new byte[in.readInt()];
                in.readFully(text);
                status(new String(bytes, StandardCharsets.UTF_8), new String(text, StandardCharsets.UTF_8));
            }
        }
    }
}
