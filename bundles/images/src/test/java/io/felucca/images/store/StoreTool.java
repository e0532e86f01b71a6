package io.felucca.images.store;

import io.felucca.images.Image;
import io.felucca.images.Images;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Works on a store from a shell: {@code StoreTool ROOT import|load|save|list|rm …}. For trying things by hand. */
public final class StoreTool {

    private StoreTool() {}

    public static void main(String[] words) throws IOException {
        TestStore store = new TestStore(Path.of(words[0]));
        List<String> rest = Arrays.asList(words).subList(2, words.length);
        switch (words[1]) {
            case "import" -> {
                try (InputStream in = Files.newInputStream(Path.of(rest.get(0)))) {
                    System.out.println(store.images.importRootfs(
                            in,
                            new Images.Import(rest.get(1), rest.subList(2, rest.size()), "", ""),
                            Images.Progress.NONE));
                }
            }
            case "load" -> {
                try (InputStream in = Files.newInputStream(Path.of(rest.get(0)))) {
                    store.images.load(in, Images.Progress.NONE).forEach(System.out::println);
                }
            }
            case "save" -> {
                try (OutputStream out = Files.newOutputStream(Path.of(rest.get(0)))) {
                    store.images.save(rest.subList(1, rest.size()), out);
                }
            }
            case "list" -> {
                for (Image image : store.images.list(true, Map.of())) {
                    System.out.println(image);
                }
            }
            case "rm" -> store.images.remove(rest.get(0), false, true).forEach(System.out::println);
            default -> throw new IllegalArgumentException(words[1]);
        }
    }
}
