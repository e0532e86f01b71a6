package io.felucca.shell.container;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.containers.ContainerArchives;
import io.felucca.images.Layers.Archive;
import io.felucca.images.Layers.Change;
import io.felucca.images.Layers.Changes;
import io.felucca.images.Layers.Kind;
import io.felucca.images.Layers.PathStat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The files of one container, {@code web}. */
final class FakeArchives implements ContainerArchives {

    static final Digest IMAGE = Digest.ofHex("cd".repeat(32));

    final List<String> calls = new ArrayList<>();
    CommitSpec committed;

    private void call(String what, String name) {
        calls.add(what);
        if (!name.equals("web")) {
            throw FeluccaException.notFound("No such container: " + name);
        }
    }

    @Override
    public Changes changes(String name) {
        call("changes", name);
        Iterator<Change> changes = List.of(
                        new Change(Kind.MODIFIED, "/etc"),
                        new Change(Kind.DELETED, "/etc/passwd"),
                        new Change(Kind.ADDED, "/名"))
                .iterator();
        return new Changes() {
            @Override
            public boolean hasNext() {
                return changes.hasNext();
            }

            @Override
            public Change next() {
                return changes.next();
            }

            @Override
            public void close() {
                calls.add("closed");
            }
        };
    }

    @Override
    public Archive export(String name) {
        call("export", name);
        return archive("/");
    }

    @Override
    public PathStat stat(String name, String path) {
        call("stat " + path, name);
        return path.equals("/l")
                ? new PathStat("l", 1, 0120777, Instant.EPOCH, "/target")
                : new PathStat("in", 1, 0040755, Instant.EPOCH, "");
    }

    @Override
    public Archive copyOut(String name, String path) {
        call("copyOut " + path, name);
        return archive(path);
    }

    private Archive archive(String path) {
        return new Archive() {
            @Override
            public PathStat stat() {
                return new PathStat(path, 1, 0100644, Instant.EPOCH, "");
            }

            @Override
            public void writeTo(OutputStream out) {
                try {
                    out.write(("tar of " + path).getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void close() {
                calls.add("closed");
            }
        };
    }

    @Override
    public void copyIn(String name, String path, InputStream tar, boolean noOverwriteDirNonDir, boolean copyUidGid) {
        try {
            String bytes = new String(tar.readAllBytes(), StandardCharsets.UTF_8);
            call("copyIn " + path + " " + noOverwriteDirNonDir + " " + copyUidGid + " " + bytes, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Digest commit(String name, CommitSpec spec) {
        call("commit", name);
        committed = spec;
        return IMAGE;
    }

    @Override
    public void backup(String name, java.io.OutputStream tar) {
        throw new UnsupportedOperationException();
    }
}
