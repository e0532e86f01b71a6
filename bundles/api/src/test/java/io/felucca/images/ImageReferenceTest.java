package io.felucca.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {

    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @ParameterizedTest(name = "{0} is {1} in full and {2} as Docker shows it")
    @DisplayName("S13 S15 S16 S17 names are normalised as Docker normalises them")
    @CsvSource({
        "ubuntu:14.04, docker.io/library/ubuntu:14.04, ubuntu:14.04",
        "jwilder/nginx-proxy, docker.io/jwilder/nginx-proxy:latest, jwilder/nginx-proxy:latest",
        "docker.io/library/busybox, docker.io/library/busybox:latest, busybox:latest",
        "index.docker.io/busybox, docker.io/library/busybox:latest, busybox:latest",
        "dl.dockerpool.com/ubuntu, dl.dockerpool.com/ubuntu:latest, dl.dockerpool.com/ubuntu:latest",
        "localhost/a, localhost/a:latest, localhost/a:latest",
        "localhost:5000/a:b, localhost:5000/a:b, localhost:5000/a:b",
        "127.0.0.1:5000/a/b/c, 127.0.0.1:5000/a/b/c:latest, 127.0.0.1:5000/a/b/c:latest",
        "'[::1]:5000/a', '[::1]:5000/a:latest', '[::1]:5000/a:latest'",
        "quay.io/x__y/z-9.a, quay.io/x__y/z-9.a:latest, quay.io/x__y/z-9.a:latest",
    })
    void normalises(String typed, String full, String familiar) {
        ImageReference reference = ImageReference.parse(typed);
        assertThat(reference).hasToString(full);
        assertThat(reference.familiar()).isEqualTo(familiar);
        assertThat(ImageReference.parse(full)).isEqualTo(reference);
    }

    @Test
    @DisplayName("S14 no tag means latest, but a digest alone has none")
    void noTagMeansLatest() {
        assertThat(ImageReference.parse("busybox").tag()).isEqualTo("latest");
        assertThat(ImageReference.parse("busybox@" + DIGEST).tag()).isEmpty();
        assertThat(ImageReference.parse("busybox:1@" + DIGEST).familiar()).isEqualTo("busybox:1@" + DIGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a:",
                "a:b:c",
                "-a",
                "a/",
                "/a",
                "a//b",
                "a..b",
                "a___b",
                "a@sha256:1",
                "a b",
                "a:-t",
                "x.y:z/a",
                "a:../../x",
                "a\nb"
            })
    void refusesWhatIsNoReference(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                .hasMessage("invalid reference format");
    }

    @Test
    void refusesCapitalsInARepositoryWithDockersText() {
        assertThatThrownBy(() -> ImageReference.parse("docker.io/Busybox"))
                .hasMessage("invalid reference format: repository name must be lowercase");
    }

    @Test
    void refusesALongRepository() {
        assertThatThrownBy(() -> ImageReference.parse("a".repeat(256)))
                .hasMessage("repository name must not be more than 255 characters");
    }
}
