package io.felucca.itests.project;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The code blocks of the documents, as a reader would type them. */
public final class Documents {

    private static final Pattern HEADING = Pattern.compile("#{1,6} (.*)");

    private Documents() {}

    /**
     * A block of code.
     *
     * @param document its path in the repository
     * @param heading what it stands under; empty above the first
     * @param index counts the blocks under the heading, from 0
     */
    public record Block(String document, String heading, int index, String text) {

        /** How tests name it. */
        public String name() {
            return document + " › " + heading + " › " + index;
        }
    }

    /** The repository's folder. */
    public static Path repository() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    /** README, CONTRIBUTING and every page of docs. */
    public static List<String> all() {
        List<String> documents = new ArrayList<>(List.of("README.md", "CONTRIBUTING.md"));
        try (var pages = Files.newDirectoryStream(repository().resolve("docs"), "*.md")) {
            pages.forEach(page -> documents.add("docs/" + page.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return documents;
    }

    /** @throws AssertionError where the document has no such block */
    public static String block(String document, String heading, int index) {
        return blocks(document).stream()
                .filter(block -> block.heading().equals(heading) && block.index() == index)
                .findFirst()
                .orElseThrow(() -> new AssertionError(document + " has no block " + index + " under " + heading))
                .text();
    }

    public static List<Block> blocks(String document) {
        List<Block> blocks = new ArrayList<>();
        String heading = "";
        int index = 0;
        boolean fenced = false;
        boolean blank = true;
        List<String> block = null;
        for (String line : lines(document)) {
            boolean fence = line.startsWith("```");
            boolean indented = !fenced && line.startsWith("    ") && (blank || block != null);
            if (block != null && (fenced ? fence : !indented && !line.isBlank())) {
                blocks.add(new Block(document, heading, index++, String.join("\n", block) + "\n"));
                block = null;
            }
            if (fence) {
                fenced = !fenced;
                block = fenced ? new ArrayList<>() : null;
            } else if (fenced) {
                block.add(line);
            } else if (indented) {
                block = block == null ? new ArrayList<>() : block;
                block.add(line.substring(4));
            } else if (HEADING.matcher(line).matches()) {
                heading = line.replaceFirst("#+ ", "");
                index = 0;
            }
            blank = line.isBlank();
        }
        if (block != null) {
            blocks.add(new Block(document, heading, index, String.join("\n", block) + "\n"));
        }
        return blocks;
    }

    private static List<String> lines(String document) {
        try {
            return Files.readAllLines(repository().resolve(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
