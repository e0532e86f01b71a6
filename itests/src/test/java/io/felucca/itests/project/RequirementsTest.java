package io.felucca.itests.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("docs/requirements.md and the tests agree")
class RequirementsTest {

    private static final Path PAGE = Documents.repository().resolve("docs/requirements.md");

    private static final Pattern ROW = Pattern.compile("\\| ([SBT]\\d+) \\| (.+) \\|[^|]*\\|");
    private static final Pattern DISPLAY_NAME =
            Pattern.compile("@DisplayName\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"[\\s+]*)+)\\)");
    private static final Pattern CODES =
            Pattern.compile("\\b([SBT])([1-9]\\d{0,2})(?:\\s?(?:to|–|-)\\s?\\1([1-9]\\d{0,2}))?\\b");

    /** A test that claims a longer range, as the Dockerfile parser's do, shows no requirement in particular. */
    private static final int LONGEST_RANGE = 10;

    @Test
    @DisplayName("each requirement's line names the test classes that carry its code")
    void testsAreNamed() throws IOException {
        Map<String, TreeSet<String>> tests = testsByCode();
        List<String> actual = Files.readAllLines(PAGE);
        List<String> expected =
                actual.stream().map(line -> withTests(line, tests)).toList();
        if (Boolean.getBoolean("felucca.requirements.write")) {
            Files.write(PAGE, expected);
        } else {
            assertThat(actual)
                    .as("docs/requirements.md; -Dfelucca.requirements.write=true writes its last column anew")
                    .isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("each code that a test carries is on the page, once")
    void codesAreListed() throws IOException {
        List<String> listed = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                listed.add(row.group(1));
            }
        }
        assertThat(listed).doesNotHaveDuplicates().containsAll(testsByCode().keySet());
        assertThat(listed).hasSize(154 + 13 + 27);
    }

    @Test
    @DisplayName("main code and its comments give reasons, no codes")
    void mainCodeHasNoCodes() throws IOException {
        List<String> coded = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Documents.repository(), 20)) {
            for (Path file : files.filter(RequirementsTest::isMain).toList()) {
                if (CODES.matcher(Files.readString(file)).find()) {
                    coded.add(Documents.repository().relativize(file).toString());
                }
            }
        }
        assertThat(coded).isEmpty();
    }

    private static boolean isMain(Path file) {
        String path = Documents.repository().relativize(file).toString();
        return isSource(file) && path.contains("/src/main/") && !path.startsWith("bundles/testkit/");
    }

    private static String withTests(String line, Map<String, TreeSet<String>> tests) {
        Matcher row = ROW.matcher(line);
        if (!row.matches()) {
            return line;
        }
        String names = String.join(", ", tests.getOrDefault(row.group(1), new TreeSet<>()));
        return "| " + row.group(1) + " | " + row.group(2) + " | " + (names.isEmpty() ? "no test yet" : names) + " |";
    }

    private static Map<String, TreeSet<String>> testsByCode() throws IOException {
        Map<String, TreeSet<String>> tests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Documents.repository(), 20)) {
            files.filter(RequirementsTest::isSource).forEach(file -> addCodes(file, tests));
        }
        return tests;
    }

    private static boolean isSource(Path file) {
        String path = Documents.repository().relativize(file).toString();
        return path.endsWith(".java")
                && path.matches("(bundles|drivers|itests|distribution)/.*")
                && !path.contains("/target/");
    }

    private static void addCodes(Path file, Map<String, TreeSet<String>> tests) {
        String source;
        try {
            source = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String test = file.getFileName().toString().replace(".java", "");
        Matcher names = DISPLAY_NAME.matcher(source);
        while (names.find()) {
            Matcher codes = CODES.matcher(names.group(1));
            while (codes.find()) {
                int first = Integer.parseInt(codes.group(2));
                int last = codes.group(3) == null ? first : Integer.parseInt(codes.group(3));
                if (last - first >= LONGEST_RANGE) {
                    continue;
                }
                for (int number = first; number <= last; number++) {
                    tests.computeIfAbsent(codes.group(1) + number, code -> new TreeSet<>())
                            .add(test);
                }
            }
        }
    }
}
