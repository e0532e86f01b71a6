package io.felucca.itests.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of /etc that a program sees instead of the machine's: in a mount namespace of its own. */
public final class OwnEtc {

    private OwnEtc() {}

    /**
     * The words that start a program so. It finds Docker's certificates of registries in a folder, and names in /etc/hosts
     * alone: no name server is asked.
     *
     * @param folder keeps the files
     * @param certificates shown as /etc/docker/certs.d
     */
    public static List<String> words(Path folder, Path certificates) {
        try {
            Path names = Files.writeString(folder.resolve("nsswitch.conf"), "hosts: files\n");
            String script = "mkdir -p /etc/docker; mount -t tmpfs tmpfs /etc/docker; mkdir /etc/docker/certs.d;"
                    + " mount --bind " + certificates + " /etc/docker/certs.d; mount --bind " + names
                    + " /etc/nsswitch.conf; exec \"$@\"";
            return List.of("unshare", "--mount", "--propagation", "private", "sh", "-ec", script, "sh");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
