package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Writes a file, or a folder with all below it, as a POSIX ustar archive with pax headers for what that cannot hold.
 * Of a selection, all belongs to root. Links stay links, files of several names are written once, sockets and what
 * vanishes meanwhile are left out.
 */
final class TarPacking {

    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final long OCTAL_7 = 07777777L;
    private static final long OCTAL_11 = 077777777777L;
    private static final String ATTRIBUTES = "unix:mode,uid,gid,size,lastModifiedTime,nlink,ino,dev,rdev";

    private final OutputStream out;
    private final byte[] chunk = new byte[FrameTypes.MAX_PAYLOAD];
    private final Map<String, byte[]> hardLinks = new HashMap<>();
    private final Selection selection;
    /** Headers of folders that are written when something in them is. */
    private final Deque<Header> pending = new ArrayDeque<>();

    private record Header(byte[] name, Map<String, Object> attributes) {}

    TarPacking(OutputStream out) {
        this(out, Selection.ALL);
    }

    TarPacking(OutputStream out, Selection selection) {
        this.out = out;
        this.selection = selection;
    }

    /** Writes it under a name, and the archive's end. */
    void write(Path path, byte[] name) throws IOException {
        member(path, name, "");
        out.write(new byte[2 * BLOCK]);
        out.flush();
    }

    /** @param below the path in the tree, empty for its root */
    private void member(Path path, byte[] name, String below) throws IOException {
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        }
        int mode = (int) attributes.get("mode");
        boolean isFolder = (mode & 0170000) == 0040000;
        Selection.Choice choice = below.isEmpty() ? Selection.Choice.TAKEN : selection.of(below, isFolder);
        if (choice == Selection.Choice.LEFT) {
            return;
        }
        if (choice == Selection.Choice.LOOKED_INTO) {
            lookInto(path, name, below, attributes);
            return;
        }
        byte[] nothing = new byte[0];
        switch (mode & 0170000) {
            case 0040000 -> {
                byte[] folder = Arrays.copyOf(name, name.length + 1);
                folder[name.length] = '/';
                header(folder, '5', 0, nothing, attributes);
                children(path, folder, below);
            }
            case 0100000 -> file(path, name, attributes);
            case 0120000 -> header(name, '2', 0, ByteNames.target(Files.readSymbolicLink(path)), attributes);
            case 0020000 -> header(name, '3', 0, nothing, attributes);
            case 0060000 -> header(name, '4', 0, nothing, attributes);
            case 0010000 -> header(name, '6', 0, nothing, attributes);
            default -> {} // a socket
        }
    }

    private void lookInto(Path folder, byte[] name, String below, Map<String, Object> attributes) throws IOException {
        byte[] prefix = Arrays.copyOf(name, name.length + 1);
        prefix[name.length] = '/';
        Header header = new Header(prefix, attributes);
        pending.addLast(header);
        children(folder, prefix, below);
        pending.remove(header);
    }

    private void children(Path folder, byte[] prefix, String below) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path child : stream) {
                children.add(child);
            }
        }
        children.sort(null);
        for (Path child : children) {
            byte[] last = ByteNames.name(child);
            byte[] name = Arrays.copyOf(prefix, prefix.length + last.length);
            System.arraycopy(last, 0, name, prefix.length, last.length);
            String text = new String(last, StandardCharsets.UTF_8);
            member(child, name, below.isEmpty() ? text : below + "/" + text);
        }
    }

    private void file(Path path, byte[] name, Map<String, Object> attributes) throws IOException {
        if ((int) attributes.get("nlink") > 1) {
            byte[] first = hardLinks.putIfAbsent(attributes.get("dev") + ":" + attributes.get("ino"), name);
            if (first != null) {
                header(name, '1', 0, first, attributes);
                return;
            }
        }
        long size = (long) attributes.get("size");
        try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            header(name, '0', size, new byte[0], attributes);
            long left = size;
            while (left > 0) {
                int count = in.read(chunk, 0, (int) Math.min(left, chunk.length));
                if (count < 0) {
                    // It was cut meanwhile: zeros, as the header has promised its size.
                    count = (int) Math.min(left, chunk.length);
                    Arrays.fill(chunk, 0, count, (byte) 0);
                }
                out.write(chunk, 0, count);
                left -= count;
            }
            out.write(new byte[(int) (-size & BLOCK - 1)]);
        }
    }

    private void header(byte[] name, char type, long size, byte[] link, Map<String, Object> attributes)
            throws IOException {
        while (!pending.isEmpty()) {
            Header folder = pending.removeFirst();
            header(folder.name(), '5', 0, new byte[0], folder.attributes());
        }
        // A context is the same whoever sends it.
        boolean own = selection == Selection.ALL;
        long uid = own ? (int) attributes.get("uid") & 0xffffffffL : 0;
        long gid = own ? (int) attributes.get("gid") & 0xffffffffL : 0;
        long seconds = ((FileTime) attributes.get("lastModifiedTime")).to(TimeUnit.SECONDS);
        ByteArrayOutputStream pax = new ByteArrayOutputStream(0);
        record(pax, "path", name, name.length > NAME_BYTES);
        record(pax, "linkpath", link, link.length > NAME_BYTES);
        record(pax, "size", size, OCTAL_11);
        record(pax, "uid", uid, OCTAL_7);
        record(pax, "gid", gid, OCTAL_7);
        record(pax, "mtime", seconds, OCTAL_11);
        if (pax.size() > 0) {
            byte[] block = new byte[BLOCK];
            System.arraycopy("PaxHeaders.0".getBytes(StandardCharsets.US_ASCII), 0, block, 0, 12);
            octal(block, 100, 8, 0644);
            octal(block, 124, 12, pax.size());
            finish(block, 'x');
            out.write(pax.toByteArray());
            out.write(new byte[-pax.size() & BLOCK - 1]);
        }
        byte[] block = new byte[BLOCK];
        System.arraycopy(name, 0, block, 0, Math.min(name.length, NAME_BYTES));
        octal(block, 100, 8, (int) attributes.get("mode") & 07777);
        octal(block, 108, 8, uid > OCTAL_7 ? 0 : uid);
        octal(block, 116, 8, gid > OCTAL_7 ? 0 : gid);
        octal(block, 124, 12, size > OCTAL_11 ? 0 : size);
        octal(block, 136, 12, seconds < 0 || seconds > OCTAL_11 ? 0 : seconds);
        System.arraycopy(link, 0, block, 157, Math.min(link.length, NAME_BYTES));
        if (type == '3' || type == '4') {
            // The kernel's dev_t as glibc's makedev has it.
            long device = (long) attributes.get("rdev");
            octal(block, 329, 8, device >>> 8 & 0xfff | device >>> 32 & ~0xfffL);
            octal(block, 337, 8, device & 0xff | device >>> 12 & ~0xffL);
        }
        finish(block, type);
    }

    private void finish(byte[] block, char type) throws IOException {
        block[156] = (byte) type;
        byte[] magic = {'u', 's', 't', 'a', 'r', 0, '0', '0'};
        System.arraycopy(magic, 0, block, 257, magic.length);
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
        out.write(block);
    }

    private static void octal(byte[] block, int offset, int length, long value) {
        long left = value;
        for (int i = offset + length - 2; i >= offset; i--) {
            block[i] = (byte) ('0' + (left & 7));
            left >>>= 3;
        }
    }

    private static void record(ByteArrayOutputStream pax, String key, long value, long most) {
        boolean needed = value < 0 || value > most;
        record(pax, key, Long.toString(value).getBytes(StandardCharsets.US_ASCII), needed);
    }

    /** The length counts its own digits. */
    private static void record(ByteArrayOutputStream pax, String key, byte[] value, boolean needed) {
        if (!needed) {
            return;
        }
        int rest = 1 + key.length() + 1 + value.length + 1;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        pax.writeBytes((length + " " + key + "=").getBytes(StandardCharsets.US_ASCII));
        pax.writeBytes(value);
        pax.write('\n');
    }
}
