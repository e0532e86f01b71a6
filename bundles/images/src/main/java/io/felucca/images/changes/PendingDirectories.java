package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Stat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Directories on the way down that are the same in both trees: told as MODIFIED only once something in them is. */
final class PendingDirectories implements ChangeSink {

    private final ChangeSink sink;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private int told;

    PendingDirectories(ChangeSink sink) {
        this.sink = sink;
    }

    private record Pending(EntryPath path, Directory parent, Stat stat) {}

    @Override
    public void change(Change.Kind kind, EntryPath path, Directory parent, Optional<Stat> stat) {
        tellPending();
        sink.change(kind, path, parent, stat);
    }

    private void tellPending() {
        if (told < pending.size()) {
            int skip = told;
            for (Pending directory : pending) {
                if (skip-- <= 0) {
                    sink.change(Change.Kind.MODIFIED, directory.path, directory.parent, Optional.of(directory.stat));
                }
            }
            told = pending.size();
        }
    }

    void enter(EntryPath path, Directory parent, Stat stat) {
        pending.addLast(new Pending(path, parent, stat));
    }

    void leave() {
        pending.removeLast();
        told = Math.min(told, pending.size());
    }
}
