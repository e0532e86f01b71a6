package io.felucca.containers.rootfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Fd;
import io.felucca.linux.files.OpenFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds who a container's process is, by {@code /etc/passwd} and {@code /etc/group} inside its root: no name service of
 * the host is asked and no code of the image runs. The rules and texts are those of dockerd 20.10, except that a
 * line whose numbers are malformed is skipped, where dockerd reads them as 0.
 */
public final class UserLookup {

    private static final String RANGE = "uids and gids must be in range 0-2147483647";
    /** Larger files are refused; they are read a piece at a time. */
    private static final long FILE_BYTES_MAX = 16L << 20;

    private static final int LINE_BYTES_MAX = 64 << 10;
    private static final int GROUPS_MAX = 65_536;

    private UserLookup() {}

    /**
     * @param root of the container
     * @param user {@code USER[:GROUP]}, names or numbers; empty is root
     * @param groupAdd further groups, names or numbers
     * @throws FeluccaException INVALID with dockerd's text for one that does not exist or is out of range
     */
    public static ResolvedUser resolve(Directory root, String user, List<String> groupAdd) {
        String given = user == null ? "" : user;
        int colon = given.indexOf(':');
        String name = colon < 0 ? given : given.substring(0, colon);
        String group = colon < 0 ? "" : given.substring(colon + 1);
        OptionalInt number = number(name.isEmpty() ? "0" : name);
        Optional<Passwd> entry = findUser(root, name, number);
        if (entry.isEmpty() && number.isEmpty()) {
            throw FeluccaException.invalid("unable to find user " + name + ": no matching entries in passwd file");
        }
        int uid = entry.map(Passwd::uid).orElseGet(number::getAsInt);
        int gid = entry.map(Passwd::gid).orElse(0);
        Set<Integer> groups = new LinkedHashSet<>();
        if (!group.isEmpty()) {
            gid = groupId(root, group, "unable");
            groups.add(gid);
        } else {
            groups.add(gid);
            entry.ifPresent(found -> groups.addAll(memberships(root, found.name())));
        }
        for (String added : groupAdd) {
            groups.add(groupId(root, added, "Unable"));
        }
        String home = entry.map(Passwd::home).filter(path -> !path.isEmpty()).orElse("/");
        return new ResolvedUser(uid, gid, List.copyOf(groups), home);
    }

    /** Empty for what is no number; INVALID for one out of range, however long. */
    private static OptionalInt number(String text) {
        if (!text.matches("[+-]?[0-9]+")) {
            return OptionalInt.empty();
        }
        String digits = text.replaceFirst("^\\+?0*(?=[0-9])", "");
        if (digits.startsWith("-") || digits.length() > 10 || Long.parseLong(digits) > Integer.MAX_VALUE) {
            throw FeluccaException.invalid(RANGE);
        }
        return OptionalInt.of(Integer.parseInt(digits));
    }

    private record Passwd(String name, int uid, int gid, String home) {}

    private static Optional<Passwd> findUser(Directory root, String name, OptionalInt number) {
        List<Passwd> found = new ArrayList<>(1);
        scan(root, "/etc/passwd", parts -> {
            if (parts.length < 4) {
                return true;
            }
            boolean named = !name.isEmpty() && parts[0].equals(name);
            boolean numbered = number.isPresent() && parts[2].equals(Integer.toString(number.getAsInt()));
            if (!named && !numbered || !isNumber(parts[2]) || !isNumber(parts[3])) {
                return true;
            }
            found.add(new Passwd(
                    parts[0],
                    number(parts[2]).getAsInt(),
                    number(parts[3]).getAsInt(),
                    parts.length > 5 ? parts[5] : ""));
            return false;
        });
        return found.stream().findFirst();
    }

    private static int groupId(Directory root, String group, String unable) {
        OptionalInt number = number(group);
        List<Integer> found = new ArrayList<>(1);
        scan(root, "/etc/group", parts -> {
            if (parts.length > 2 && parts[0].equals(group) && isNumber(parts[2])) {
                found.add(number(parts[2]).getAsInt());
            }
            return found.isEmpty();
        });
        if (!found.isEmpty()) {
            return found.get(0);
        }
        return number.orElseThrow(() ->
                FeluccaException.invalid(unable + " to find group " + group + ": no matching entries in group file"));
    }

    private static Set<Integer> memberships(Directory root, String name) {
        Set<Integer> found = new LinkedHashSet<>();
        scan(root, "/etc/group", parts -> {
            if (parts.length > 3
                    && isNumber(parts[2])
                    && List.of(parts[3].split(",")).contains(name)) {
                found.add(number(parts[2]).getAsInt());
            }
            if (found.size() > GROUPS_MAX) {
                throw FeluccaException.invalid("/etc/group of the container has user " + name + " in more than "
                        + GROUPS_MAX + " groups, which is the kernel's limit (NGROUPS_MAX)");
            }
            return true;
        });
        return found;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Gives each line's parts to a visitor until it answers false. */
    @SuppressWarnings("ReturnValueIgnored") // After the last line there is nothing to go on with.
    private static void scan(Directory root, String path, Predicate<String[]> visitor) {
        Optional<OpenFile> file = RootFiles.find(root, path);
        if (file.isEmpty()) {
            return;
        }
        try (OpenFile open = file.get()) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(LINE_BYTES_MAX);
            StringBuilder line = new StringBuilder();
            long total = 0;
            while (open.read(buffer.clear()) != Fd.END) {
                total += buffer.flip().remaining();
                if (total > FILE_BYTES_MAX) {
                    throw FeluccaException.invalid(
                            path + " of the container is larger than 16 MiB: refusing to read it");
                }
                String text = ISO_8859_1.decode(buffer).toString();
                int begin = 0;
                for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
                    append(line, text, begin, end, path);
                    if (!visitor.test(split(line))) {
                        return;
                    }
                    line.setLength(0);
                    begin = end + 1;
                }
                append(line, text, begin, text.length(), path);
            }
            if (line.length() > 0) {
                visitor.test(split(line));
            }
        }
    }

    private static void append(StringBuilder line, String text, int begin, int end, String path) {
        line.append(text, begin, end);
        if (line.length() > LINE_BYTES_MAX) {
            throw FeluccaException.invalid(path + " of the container has a line of more than 64 KiB");
        }
    }

    private static String[] split(StringBuilder line) {
        String text = line.toString().trim();
        return text.isEmpty() || text.startsWith("#") ? new String[0] : text.split(":", -1);
    }
}
