package io.felucca.runtime.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** JSON files of a run root: not synced, since a reboot may lose them. */
final class BundleFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    private BundleFiles() {}

    static void write(Path file, Map<String, Object> value) {
        try {
            Files.write(file, JSON.writeValueAsBytes(value));
        } catch (IOException e) {
            throw FeluccaException.system("writing " + file, e);
        }
    }

    static byte[] bytes(Map<String, Object> value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (IOException e) {
            throw FeluccaException.system("turning a value into JSON", e);
        }
    }
}
