package io.felucca.containers.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Makes a container's working directory inside its root, walking the links of the image one part at a time. A
 * path that ends in a process's magic links, such as {@code /proc/self/fd/7}, is refused: it would lead to a folder of
 * the host that the runtime holds open (CVE-2024-21626).
 */
public final class WorkingDirectory {

    private static final int LINKS_MAX = 40;

    private WorkingDirectory() {}

    /**
     * Makes what is missing, owned by the container's root with mode 0755. Idempotent.
     *
     * @param root of the container, mounted
     * @throws FeluccaException INVALID for a path that is relative, no directory or leads out of the root
     */
    public static void prepare(Directory root, String path, IdMap idMap) {
        check(path);
        Deque<String> ahead = new ArrayDeque<>();
        push(ahead, path);
        List<String> at = new ArrayList<>();
        int links = 0;
        while (!ahead.isEmpty()) {
            String part = ahead.pop();
            if (part.equals("..")) {
                if (!at.isEmpty()) {
                    at.remove(at.size() - 1);
                }
                continue;
            }
            Optional<String> link = step(root, at, part, path, idMap);
            if (link.isPresent()) {
                if (++links > LINKS_MAX) {
                    throw FeluccaException.invalid("Cannot mkdir: " + path + ": too many levels of symbolic links");
                }
                if (link.get().startsWith("/")) {
                    at.clear();
                }
                push(ahead, link.get());
            } else {
                at.add(part);
            }
            if (isInsideProc(at, ahead)) {
                refuse(path);
            }
        }
    }

    /** What can be said of a path alone; at create and for exec. */
    public static void check(String path) {
        if (!path.startsWith("/")) {
            throw FeluccaException.invalid(
                    "the working directory '" + path + "' is invalid, it needs to be an absolute path");
        }
        List<String> at = new ArrayList<>();
        for (String part : path.split("/+")) {
            if (part.equals("..") && !at.isEmpty()) {
                at.remove(at.size() - 1);
            } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
                at.add(part);
            }
        }
        if (isInsideProc(at, new ArrayDeque<>())) {
            refuse(path);
        }
    }

    private static Optional<String> step(Directory root, List<String> at, String part, String path, IdMap idMap) {
        byte[] name = part.getBytes(UTF_8);
        try (Directory parent = root.openDirectory(String.join("/", at).getBytes(UTF_8), Resolve.NO_SYMLINKS)) {
            Optional<Stat> stat = parent.find(name);
            if (stat.isEmpty()) {
                parent.makeDirectory(name, 0755);
                parent.setOwner(name, (int) idMap.rootUid(), (int) idMap.rootGid());
                parent.setMode(name, 0755);
                return Optional.empty();
            }
            if (stat.get().isSymlink()) {
                return Optional.of(new String(parent.readSymlink(name), UTF_8));
            }
            if (!stat.get().isDirectory()) {
                throw FeluccaException.invalid("Cannot mkdir: " + path + " is not a directory");
            }
            return Optional.empty();
        }
    }

    private static void push(Deque<String> ahead, String path) {
        String[] parts = path.split("/+");
        for (int i = parts.length - 1; i >= 0; i--) {
            if (!parts[i].isEmpty() && !parts[i].equals(".")) {
                ahead.push(parts[i]);
            }
        }
    }

    /** Anything below /proc but /proc itself: procfs will lie there, and a process's folder holds links out of the root. */
    private static boolean isInsideProc(List<String> at, Deque<String> ahead) {
        if (at.isEmpty() || !at.get(0).equals("proc")) {
            return false;
        }
        String second = at.size() > 1 ? at.get(1) : ahead.isEmpty() ? "" : ahead.peek();
        return second.equals("self") || second.equals("thread-self") || second.matches("[0-9]+");
    }

    private static void refuse(String path) {
        throw FeluccaException.invalid("the working directory '" + path
                + "' is invalid, it leads through a process's folder in /proc and so out of the container");
    }
}
