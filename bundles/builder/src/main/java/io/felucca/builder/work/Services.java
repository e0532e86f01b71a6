package io.felucca.builder.work;

import io.felucca.containers.Containers;
import io.felucca.git.GitRepositories;
import io.felucca.images.FolderArchives;
import io.felucca.images.Images;
import io.felucca.images.Layers;
import io.felucca.linux.Hashes;
import io.felucca.linux.files.Directories;
import io.felucca.registry.Registry;
import io.felucca.storage.Storage;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * The services that builds use.
 *
 * @param registry asked for each pull; throws UNAVAILABLE while there is none
 * @param git likewise
 */
public record Services(
        Images images,
        Layers layers,
        FolderArchives archives,
        Storage storage,
        Containers containers,
        Supplier<Registry> registry,
        Supplier<GitRepositories> git,
        Directories directories,
        Hashes hashes,
        CacheFolders caches,
        SecretFiles secrets) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** 64 hexadecimal digits that nothing has yet. */
    public static String newId() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
