package io.felucca.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitReferenceTest {

    @ParameterizedTest
    @CsvSource({
        "https://h/x.git, https://h/x.git, HEAD, ''",
        "https://h/x.git#v1, https://h/x.git, v1, ''",
        "git://h/x#v1:a/b, git://h/x, v1, a/b",
        "http://h/x.git#:a, http://h/x.git, HEAD, a",
        "github.com/a/b, https://github.com/a/b, HEAD, ''",
    })
    @DisplayName("S50: a URL names a repository, a reference and a folder")
    void parts(String word, String url, String reference, String folder) {
        assertThat(GitReference.isGit(word)).isTrue();
        assertThat(GitReference.parse(word)).isEqualTo(new GitReference(url, reference, folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://h/x", "http://h/x.git?a", "file:///x.git", "ext::sh -c id", "/x.git", "x.git", "-u"})
    @DisplayName("S50: other words name none")
    void others(String word) {
        assertThat(GitReference.isGit(word)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///x", "ssh://h/x", "git@h:x", "ext::sh -c id", "/x", "../x", "https:///x", "-u"})
    @DisplayName("S50: protocols that reach files or run programs are not spoken")
    void protocols(String url) {
        assertThatThrownBy(() -> new GitReference(url, "HEAD", ""))
                .isInstanceOf(FeluccaException.class)
                .hasMessageContaining("git repositories are reached by https, http and git alone");
    }

    @Test
    @DisplayName("T23: messages have no credentials")
    void credentials() {
        assertThat(GitReference.parse("https://u:p@h/x.git").shown()).isEqualTo("https://h/x.git");
    }
}
