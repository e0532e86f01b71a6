package io.felucca.builder.files;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.IgnorePatterns;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.files.Xattr;
import io.felucca.linux.spill.RecordSorter;
import io.felucca.linux.spill.SortedRecords;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** A hash of what sources hold: names, modes, owners, attributes and bytes, not times. One use, one thread. */
public final class Fingerprint {

    private static final int DEPTH = 1000;

    private final MessageDigest digest;
    private final IgnorePatterns excluded;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

    public Fingerprint(MessageDigest digest, IgnorePatterns excluded) {
        this.digest = digest;
        this.excluded = excluded;
    }

    /** {@code file:…}, {@code dir:…} or, of several, {@code multi:…}. */
    public String of(List<Source> sources) {
        for (Source source : sources) {
            if (source.isDirectory()) {
                try (Directory folder = source.openDirectory();
                        RecordSorter sorter = new RecordSorter()) {
                    put("folder", source.name());
                    walk(folder, "", 0, sorter);
                }
            } else {
                try (OpenFile file = source.openFile()) {
                    put("source", source.name());
                    content(file, file.stat());
                }
            }
        }
        String kind = sources.size() > 1 ? "multi:" : sources.get(0).isDirectory() ? "dir:" : "file:";
        return kind + HexFormat.of().formatHex(digest.digest());
    }

    private void walk(Directory folder, String path, int depth, RecordSorter sorter) {
        if (depth > DEPTH) {
            throw FeluccaException.invalid("cannot read folders that are nested deeper than " + DEPTH);
        }
        try (SortedRecords names = Sources.sorted(folder, sorter)) {
            while (names.hasNext()) {
                byte[] name = names.next();
                String below = path.isEmpty()
                        ? new String(name, StandardCharsets.UTF_8)
                        : path + "/" + new String(name, StandardCharsets.UTF_8);
                boolean ignored = excluded.ignores(below);
                Stat stat = folder.stat(name);
                if (ignored && !(stat.isDirectory() && excluded.hasExceptions())) {
                    continue;
                }
                if (!ignored) {
                    put(stat.type().name(), name);
                }
                if (stat.isDirectory()) {
                    attributes(stat, folder.xattrs(name));
                    try (Directory next = folder.openDirectory(name, Resolve.NO_SYMLINKS)) {
                        walk(next, below, depth + 1, sorter);
                    }
                    put("end", name);
                } else if (stat.isRegular()) {
                    try (OpenFile file = folder.openFile(name)) {
                        content(file, stat);
                    }
                } else {
                    attributes(stat, folder.xattrs(name));
                    put("link", stat.isSymlink() ? folder.readSymlink(name) : text(stat.rdev()));
                }
            }
        }
    }

    private void content(OpenFile file, Stat stat) {
        attributes(stat, file.xattrs());
        put("size", text(stat.sizeBytes()));
        long offset = 0;
        while (true) {
            buffer.clear();
            int read = file.readAt(buffer, offset);
            if (read <= 0) {
                return;
            }
            digest.update(buffer.array(), 0, read);
            offset += read;
        }
    }

    private void attributes(Stat stat, List<Xattr> xattrs) {
        put("mode", text(stat.mode()));
        put("owner", text((long) stat.uid() << 32 | stat.gid() & 0xffffffffL));
        xattrs.stream()
                .sorted(Comparator.comparing(xattr -> new String(xattr.name(), StandardCharsets.ISO_8859_1)))
                .forEach(xattr -> {
                    put("xattr", xattr.name());
                    put("value", xattr.value());
                });
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    /** Each value with its length before it, so that no two trees give the same bytes. */
    private void put(String what, byte[] value) {
        digest.update((what + " " + value.length + " ").getBytes(StandardCharsets.US_ASCII));
        digest.update(value);
    }
}
