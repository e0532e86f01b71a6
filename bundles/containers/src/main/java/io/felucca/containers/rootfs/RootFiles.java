package io.felucca.containers.rootfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.util.Optional;

/**
 * Opens files that an image or a container made, as its own processes would find them: nothing outside the root is
 * reached, and only what is a regular file is ever opened, so that a fifo cannot hang and a device is not touched.
 */
final class RootFiles {

    private static final int LINKS_MAX = 40;

    private RootFiles() {}

    /** Empty when there is none; INVALID when it is no regular file. The caller closes. */
    static Optional<OpenFile> find(Directory root, String path) {
        String at = path;
        for (int link = 0; link < LINKS_MAX; link++) {
            int slash = at.lastIndexOf('/');
            String folder = slash <= 0 ? "." : at.substring(0, slash);
            byte[] name = at.substring(slash + 1).getBytes(ISO_8859_1);
            Optional<Directory> parent = root.findDirectory(folder.getBytes(ISO_8859_1), Resolve.IN_ROOT);
            if (parent.isEmpty() || name.length == 0) {
                return Optional.empty();
            }
            try (Directory directory = parent.get()) {
                Optional<Stat> stat = directory.find(name);
                if (stat.isEmpty()) {
                    return Optional.empty();
                }
                if (stat.get().isRegular()) {
                    return Optional.of(directory.openFile(name));
                }
                if (!stat.get().isSymlink()) {
                    throw FeluccaException.invalid(path + " of the container is no regular file but "
                            + stat.get().type() + ": refusing to read it");
                }
                String target = new String(directory.readSymlink(name), ISO_8859_1);
                at = target.startsWith("/") ? target : folder + "/" + target;
            }
        }
        throw FeluccaException.invalid(path + " of the container: too many levels of symbolic links");
    }
}
