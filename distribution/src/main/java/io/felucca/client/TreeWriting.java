package io.felucca.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Unpacks an archive that the engine sends of a container's files, as Docker's command line does: what is there is
 * replaced, but no folder by something else nor the reverse; files belong to the user. The archive may be of a hostile
 * container: no member is written through a link, no name and no link leaves the folder.
 */
final class TreeWriting implements Receiving, TarReading.Members {

    /** Folders get their modes and times last: what is put into them changes these, or needs to write. */
    private record Folder(Path path, TarMember member) {}

    /** What the user needs to put something into a folder. */
    private static final int OWNER = 0700;

    private final String word;
    private final TreeFacts target;
    private final TarReading reading = new TarReading(this);
    private final Deque<Folder> folders = new ArrayDeque<>();
    private Path into;
    private byte[] firstName;
    private Path checked;
    private OutputStream open;

    /** @param word as the user named it */
    TreeWriting(String word, TreeFacts target) {
        this.word = word;
        this.target = target;
        this.into = target.path();
    }

    /** What comes is put into the target, whose members' first name is another one if this is not empty. */
    void rename(byte[] name) {
        firstName = name.length == 0 ? null : name;
    }

    /** What comes is the target itself: it takes its name. */
    void takePlace() {
        into = target.path().getParent();
        firstName = target.path().getFileName() == null ? null : ByteNames.name(target.path());
    }

    @Override
    public String path() {
        return word;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        reading.take(bytes);
    }

    @Override
    public void finish() throws IOException {
        reading.finish();
        while (!folders.isEmpty()) {
            Folder folder = folders.pop();
            setMode(folder.path(), folder.member().mode());
            setTime(folder.path(), folder.member().modified());
        }
    }

    @Override
    public void abandon() {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            System.err.println("felucca: " + GoWords.reason("close a file of " + word, e));
        }
    }

    @Override
    public OutputStream begin(TarMember member) throws IOException {
        Path path = place(member.name());
        if (path.equals(into)) {
            folders.push(new Folder(path, member));
            return null;
        }
        makeWay(path, member);
        switch (member.type()) {
            case '5' -> {
                if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectory(path);
                }
                setMode(path, member.mode() | OWNER);
                folders.push(new Folder(path, member));
            }
            case '0' -> {
                return file(path, member);
            }
            case '1' -> {
                Path other = place(member.link());
                Files.createLink(path, other);
            }
            case '2' -> link(path, member);
            case '3', '4', '6' -> node(path, member);
            default -> {} // what Docker passes over too
        }
        return null;
    }

    /** Where a member goes: below the target, through real folders only. */
    private Path place(byte[] name) throws IOException {
        Path path = into;
        int depth = 0;
        int start = 0;
        for (int end = 0; end <= name.length; end++) {
            if (end < name.length && name[end] != '/') {
                continue;
            }
            byte[] part = Arrays.copyOfRange(name, start, end);
            start = end + 1;
            if (part.length == 0) {
                continue;
            } else if (part.length == 2 && part[0] == '.' && part[1] == '.') {
                throw new IOException("\"" + text(name) + "\" is outside of \"" + into + "\"");
            }
            if (depth++ > 0) {
                requireFolder(path);
            }
            byte[] asked = depth == 1 && firstName != null ? firstName : part;
            boolean here = asked.length == 1 && asked[0] == '.';
            path = here ? path : ByteNames.child(path, asked);
        }
        return path;
    }

    private void requireFolder(Path folder) throws IOException {
        if (folder.equals(into) || folder.equals(checked)) {
            return;
        }
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder);
        } else if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("mkdir " + folder + ": not a directory");
        }
        checked = folder;
    }

    /** Removes what the member replaces. */
    private void makeWay(Path path, TarMember member) throws IOException {
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        if (folder && member.type() != '5') {
            throw new IOException("cannot overwrite directory \"" + path + "\" with non-directory \"" + into + "\"");
        } else if (!folder && member.type() == '5' && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("cannot overwrite non-directory \"" + path + "\" with directory \"" + into + "\"");
        } else if (!folder) {
            Files.deleteIfExists(path);
        }
    }

    private OutputStream file(Path path, TarMember member) throws IOException {
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS);
        OutputStream content = member.realBytes() >= 0
                ? new SparseFile(channel, member.realBytes())
                : Channels.newOutputStream(channel);
        open = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                content.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                content.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                content.close();
                setMode(path, member.mode());
                setTime(path, member.modified());
                open = null;
            }
        };
        return open;
    }

    private void link(Path path, TarMember member) throws IOException {
        Path to = ByteNames.relative(member.link());
        // As Docker: by its words alone, an absolute one counting as one below.
        Path reached = to.isAbsolute() ? into : path.resolveSibling(to).normalize();
        if (!reached.startsWith(into)) {
            throw new IOException("invalid symlink \"" + path + "\" -> \"" + text(member.link()) + "\"");
        }
        Files.createSymbolicLink(path, to);
        setTime(path, member.modified());
    }

    /** The JDK makes no nodes, and would open a pipe to set its time: mknod(1) and touch(1) of the user's machine do. */
    private static void node(Path path, TarMember member) throws IOException {
        String mode = Integer.toOctalString(member.mode());
        String file = path.toString();
        if (member.type() == '6') {
            run("mknod", "-m", mode, file, "p");
        } else {
            String type = member.type() == '3' ? "c" : "b";
            run("mknod", "-m", mode, file, type, "" + member.major(), "" + member.minor());
        }
        run("touch", "-h", "-d", "@" + member.modified().to(TimeUnit.SECONDS), file);
    }

    private static void run(String... words) throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(said);
            }
        } catch (InterruptedException e) {
            throw new IOException(said, e);
        }
    }

    private static void setMode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
    }

    private static void setTime(Path path, FileTime time) throws IOException {
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, time, null);
    }

    private static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }
}
