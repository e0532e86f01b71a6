package io.felucca.runtime.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * JSON files and folders of a run root: not synced, since a reboot may lose them, and for nobody else to read, since
 * environments hold secrets.
 */
final class BundleFiles {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<StandardOpenOption> OPTIONS =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    private static final FileAttribute<?> FOR_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> FOLDER_FOR_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private BundleFiles() {}

    static void write(Path file, Map<String, Object> value) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(value));
        try (SeekableByteChannel channel = Files.newByteChannel(file, OPTIONS, FOR_OWNER)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw FeluccaException.system("writing " + file, e);
        }
    }

    static void makeDirectories(Path folder) {
        try {
            Files.createDirectories(folder, FOLDER_FOR_OWNER);
        } catch (IOException e) {
            throw FeluccaException.system("making the folder " + folder, e);
        }
    }

    /** The object under a key of a JSON object; an empty one when there is none. */
    @SuppressWarnings("unchecked") // JSON objects have texts for keys
    static Map<String, Object> child(Map<String, Object> object, String key) {
        return object.get(key) instanceof Map<?, ?> child ? (Map<String, Object>) child : Map.of();
    }

    static byte[] bytes(Map<String, Object> value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (IOException e) {
            throw FeluccaException.system("turning a value into JSON", e);
        }
    }
}
