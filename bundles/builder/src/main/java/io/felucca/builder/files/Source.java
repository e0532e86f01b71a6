package io.felucca.builder.files;

import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;

/**
 * A file or a folder that was chosen.
 *
 * @param path below the root, as the kernel resolves it there
 * @param name what it is called at the target
 */
public record Source(Directory root, byte[] path, byte[] name, boolean isDirectory) {

    Directory openDirectory() {
        return root.openDirectory(path, Resolve.IN_ROOT);
    }

    public OpenFile openFile() {
        return root.open(path, Resolve.IN_ROOT, Open.READ | Open.NON_BLOCKING, 0);
    }
}
