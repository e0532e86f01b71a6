package io.felucca.testkit;

import io.felucca.linux.files.Directory;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Short words for what tests write and read in a layer. Names are UTF-8. */
public final class Content {

    private Content() {}

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Makes a file or replaces its content. */
    public static void write(Directory directory, String name, String text) {
        try (OpenFile file = directory.find(bytes(name)).isPresent()
                ? directory.open(bytes(name), Resolve.NO_SYMLINKS, 2, 0)
                : directory.createFile(bytes(name), 0644)) {
            file.truncate(0);
            file.writeFully(ByteBuffer.wrap(bytes(text)));
        }
    }

    public static String read(Directory directory, String name) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (OpenFile file = directory.openFile(bytes(name))) {
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            while (file.read(buffer) >= 0) {
                buffer.flip();
                all.write(buffer.array(), 0, buffer.limit());
                buffer.clear();
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    public static boolean exists(Directory directory, String name) {
        return directory.find(bytes(name)).isPresent();
    }

    public static List<String> names(Directory directory) {
        return directory.list().stream()
                .map(entry -> new String(entry.name(), StandardCharsets.UTF_8))
                .sorted()
                .toList();
    }

    public static void folder(Directory directory, String name, Consumer<Directory> content) {
        directory.tryMakeDirectory(bytes(name), 0755);
        try (Directory below = directory.openDirectory(bytes(name), Resolve.NO_SYMLINKS)) {
            content.accept(below);
        }
    }
}
