package io.felucca.docker.json.container;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.text.DockerTime;
import io.felucca.images.Layers.Change;
import io.felucca.images.Layers.PathStat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;

/** What Docker's API says of files in containers. */
public final class ArchiveJson {

    private static final int TYPE = 0170000;
    private static final long DIRECTORY = 1L << 31;
    private static final long SYMLINK = 1L << 27;
    private static final long DEVICE = 1L << 26;
    private static final long NAMED_PIPE = 1L << 25;
    private static final long SOCKET = 1L << 24;
    private static final long SETUID = 1L << 23;
    private static final long SETGID = 1L << 22;
    private static final long CHARACTER_DEVICE = 1L << 21;
    private static final long STICKY = 1L << 20;

    private ArchiveJson() {}

    /** {@code null} for none, as Go writes an empty list that was never made. The stream stays open. */
    public static void writeChanges(Iterator<Change> changes, OutputStream out) throws IOException {
        try (JsonGenerator json = DockerJson.mapper().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            if (!changes.hasNext()) {
                json.writeNull();
                return;
            }
            json.writeStartArray();
            while (changes.hasNext()) {
                Change change = changes.next();
                json.writeStartObject();
                json.writeStringField("Path", change.path());
                json.writeNumberField("Kind", change.kind().ordinal());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    /** The value of {@code X-Docker-Container-Path-Stat}. */
    public static String pathStatHeader(PathStat stat) {
        ObjectNode node = DockerJson.object()
                .put("name", stat.name())
                .put("size", stat.sizeBytes())
                .put("mode", goMode(stat.unixMode()))
                .put("mtime", DockerTime.rfc3339Nano(stat.modified()))
                .put("linkTarget", stat.linkTarget());
        return Base64.getEncoder().encodeToString(node.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Go's os.FileMode of a {@code st_mode}. */
    static long goMode(int unixMode) {
        long mode = unixMode & 0777;
        mode |= switch (unixMode & TYPE) {
            case 0040000 -> DIRECTORY;
            case 0120000 -> SYMLINK;
            case 0060000 -> DEVICE;
            case 0020000 -> DEVICE | CHARACTER_DEVICE;
            case 0010000 -> NAMED_PIPE;
            case 0140000 -> SOCKET;
            default -> 0;
        };
        mode |= (unixMode & 04000) != 0 ? SETUID : 0;
        mode |= (unixMode & 02000) != 0 ? SETGID : 0;
        return mode | ((unixMode & 01000) != 0 ? STICKY : 0);
    }
}
