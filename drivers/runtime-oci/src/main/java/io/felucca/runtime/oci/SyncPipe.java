package io.felucca.runtime.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.linux.files.Fd;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads conmon's reports ({@code --api-version 1}): lines of JSON with a number and, when it is negative, a message. */
final class SyncPipe {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LINE_BYTES_MAX = 1 << 20;

    record Report(int number, String message) {}

    private SyncPipe() {}

    /** The next line; empty when conmon ended without one. Blocks. */
    static Optional<Report> read(Fd pipe) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocateDirect(512);
        while (line.size() < LINE_BYTES_MAX) {
            if (pipe.read(buffer.clear()) == Fd.END) {
                break;
            }
            buffer.flip();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            line.writeBytes(bytes);
            if (bytes[bytes.length - 1] == '\n') {
                break;
            }
        }
        return parse(line.toString(StandardCharsets.UTF_8));
    }

    static Optional<Report> parse(String line) {
        if (line.isBlank()) {
            return Optional.empty();
        }
        try {
            JsonNode report = JSON.readTree(line);
            JsonNode number = report.has("data") ? report.get("data") : report.path("pid");
            return number.canConvertToInt()
                    ? Optional.of(
                            new Report(number.intValue(), report.path("message").asText("")))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.of(new Report(-1, line));
        }
    }
}
