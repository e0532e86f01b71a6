package io.felucca.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName(".dockerignore (S45)")
class IgnorePatternsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *.md              | README.md     | true
            *.md              | docs/a.md     | false
            **/*.md           | docs/b/a.md   | true
            **/*.md           | a.md          | true
            docs              | docs/a        | true
            docs/             | docs/a        | true
            /docs             | docs          | true
            ./docs/../x       | x             | true
            a/*/c             | a/b/c         | true
            a/*/c             | a/b/d/c       | false
            a/**/c            | a/c           | true
            a/**/c            | a/b/d/c       | true
            a/**              | a/b/d         | true
            ?.txt             | a.txt         | true
            ?.txt             | ab.txt        | false
            [a-c].txt         | b.txt         | true
            [^a-c].txt        | b.txt         | false
            *.md,!a.md        | a.md          | false
            *.md,!a.md,a*     | a.md          | true
            docs,!docs/a      | docs/a        | false
            docs,!docs/a      | docs/b        | true
            # x,*.o           | x.o           | true
            **                | anything/else | true
            *,!src/**         | src/a/b       | false
            a\\*b             | a*b           | true
            """)
    void dockersRules(String patterns, String path, boolean ignored) {
        assertThat(IgnorePatterns.parse(patterns.replace(",", "\n").replace("\\\\", "\\"))
                        .ignores(path))
                .isEqualTo(ignored);
    }
}
