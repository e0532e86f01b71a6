package io.felucca.builder.files;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Places in a layer, resolved as a process of the image would see them: nothing outside its root is reached. */
public final class TargetPath {

    private TargetPath() {}

    /** As Go's path.Clean of an absolute path; a slash at the end goes. */
    public static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** Its word against the working directory; a slash at the end stays. */
    public static String absolute(String workingDir, String word) {
        String whole = word.startsWith("/") ? word : workingDir + "/" + word;
        String clean = clean(whole);
        boolean folder = word.endsWith("/") || word.equals(".") || word.endsWith("/.");
        return folder && !clean.equals("/") ? clean + "/" : clean;
    }

    /** A folder that was opened, and the folders that had to be made for it. */
    public record Opened(Directory directory, List<Made> made) implements AutoCloseable {
        @Override
        public void close() {
            directory.close();
        }
    }

    /** @param parentModified of the folder that it was made in, before */
    public record Made(byte[] parent, byte[] path, Stat.Time parentModified) {}

    /**
     * Opens a folder; what is missing of it is made, with mode 0755.
     *
     * @throws FeluccaException INVALID where something else is in its way
     */
    public static Opened open(Directory root, String path, int uid, int gid) {
        List<Made> made = new ArrayList<>();
        byte[] done = new byte[0];
        for (String part : clean(path).substring(1).split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            byte[] name = part.getBytes(StandardCharsets.UTF_8);
            byte[] whole = Sources.join(done, name);
            Optional<Directory> there = root.findDirectory(whole, Resolve.IN_ROOT);
            if (there.isPresent()) {
                there.get().close();
            } else {
                try (Directory parent = root.openDirectory(done, Resolve.IN_ROOT)) {
                    if (parent.find(name).isPresent()) {
                        throw FeluccaException.invalid(
                                "cannot make the folder " + path + ": " + part + " is there, and is no folder");
                    }
                    made.add(new Made(done, whole, parent.stat().modified()));
                    parent.makeDirectory(name, 0755);
                    parent.setOwner(name, uid, gid);
                    parent.setMode(name, 0755);
                }
            }
            done = whole;
        }
        return new Opened(root.openDirectory(done, Resolve.IN_ROOT), made);
    }

    /** @throws FeluccaException INVALID where a part of a path, or all of it, is a link */
    public static void requireNoLink(Directory root, String path) {
        byte[] done = new byte[0];
        for (String part : clean(path).substring(1).split("/")) {
            byte[] name = part.getBytes(StandardCharsets.UTF_8);
            Optional<Directory> folder = root.findDirectory(done, Resolve.NO_SYMLINKS);
            if (part.isEmpty() || folder.isEmpty()) {
                return;
            }
            try (Directory parent = folder.get()) {
                if (parent.find(name).map(Stat::isSymlink).orElse(false)) {
                    throw FeluccaException.invalid("cannot copy to " + path + " with --link: " + part
                            + " is a symbolic link there; leave --link out, or name what it leads to");
                }
            }
            done = Sources.join(done, name);
        }
    }

    /** Whether a folder is there. */
    public static boolean isFolder(Directory root, String path) {
        Optional<Directory> there =
                root.findDirectory(clean(path).substring(1).getBytes(StandardCharsets.UTF_8), Resolve.IN_ROOT);
        there.ifPresent(Directory::close);
        return there.isPresent();
    }
}
