package io.felucca.containers.rootfs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Follows a path through the links of a container's root, part by part, as if that root were the kernel's. What lies at a
 * place, the caller looks up. Not thread-safe.
 */
public final class LinkWalk {

    /** As many as the kernel follows (path_resolution(7)). */
    private static final int LINKS_MAX = 40;

    private final Deque<String> ahead = new ArrayDeque<>();
    private final List<String> reached = new ArrayList<>();
    private int links;

    public LinkWalk(String path) {
        push(path);
    }

    /**
     * Goes on by one part.
     *
     * @param links told the parts of a folder and a name in it, gives where that link leads, or empty for no link
     * @return false at the end of the path
     */
    public boolean step(BiFunction<List<String>, String, Optional<String>> links) {
        if (ahead.isEmpty() || isLost()) {
            return false;
        }
        String part = ahead.pop();
        if (part.equals("..")) {
            if (!reached.isEmpty()) {
                reached.remove(reached.size() - 1);
            }
            return true;
        }
        Optional<String> link = links.apply(reached(), part);
        if (link.isEmpty()) {
            reached.add(part);
            return true;
        }
        this.links++;
        if (link.get().startsWith("/")) {
            reached.clear();
        }
        push(link.get());
        return true;
    }

    /** Whether it has met more links than the kernel follows, and goes no further. */
    public boolean isLost() {
        return links > LINKS_MAX;
    }

    /** The parts of where it is. */
    public List<String> reached() {
        return Collections.unmodifiableList(reached);
    }

    /** The part that comes next, or empty. */
    public Optional<String> next() {
        return Optional.ofNullable(ahead.peek());
    }

    private void push(String path) {
        String[] parts = path.split("/+");
        for (int i = parts.length - 1; i >= 0; i--) {
            if (!parts[i].isEmpty() && !parts[i].equals(".")) {
                ahead.push(parts[i]);
            }
        }
    }
}
