package io.felucca.builder.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Image;
import io.felucca.images.ImageConfig;
import io.felucca.images.Images;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

public class BuildImagesTest {

    private static final Digest BASE = digest('a');
    private static final Digest STEP = digest('b');

    private final Map<String, Image> store = new HashMap<>();
    private final BuildImages users = new BuildImages();
    private final Images images = (Images) Proxy.newProxyInstance(
            Images.class.getClassLoader(), new Class<?>[] {Images.class}, (proxy, method, words) -> {
                if (!store.containsKey(words[0])) {
                    throw FeluccaException.notFound("No such image: " + words[0]);
                }
                return store.get(words[0]);
            });

    private static Digest digest(char digit) {
        return new Digest("sha256:" + String.valueOf(digit).repeat(64));
    }

    public static Image image(Digest id, String parent, List<String> tags, String createdBy) {
        Image.History step = new Image.History(null, createdBy, "", "", false, 10);
        return new Image(
                id,
                tags,
                List.of(),
                parent,
                "",
                null,
                "",
                "amd64",
                "",
                "linux",
                10,
                List.of(),
                ImageConfig.EMPTY,
                List.of(step));
    }

    private void stored(Digest id, String parent) {
        store.put(id.value(), image(id, parent, List.of(), "step"));
    }

    @Test
    @DisplayName("an image is in use from the moment that a build takes it until the build has ended")
    void anImageIsInUseUntilTheEnd() {
        stored(BASE, "");
        try (BuildImages.Hold build = users.open("0123456789abcdef", images)) {
            assertThat(users.usesOf(BASE)).isEmpty();
            build.apply(BASE);
            assertThat(users.usesOf(BASE)).singleElement().satisfies(use -> {
                assertThat(use.containerId()).isEqualTo("0123456789abcdef");
                assertThat(use.running()).isTrue();
            });
        }
        assertThat(users.usesOf(BASE)).isEmpty();
    }

    @Test
    @DisplayName("an image that has gone is not taken")
    void anImageThatHasGoneIsNotTaken() {
        try (BuildImages.Hold build = users.open("id", images)) {
            assertThatThrownBy(() -> build.apply(BASE)).hasMessageContaining("No such image");
            assertThat(users.usesOf(BASE)).isEmpty();
        }
    }

    @Test
    @DisplayName("what a step makes is in use before the step has told its id")
    void aStepIsInUseAtOnce() {
        stored(BASE, "");
        try (BuildImages.Hold build = users.open("id", images)) {
            Digest made = build.making(Optional.of(BASE), () -> {
                stored(STEP, BASE.value());
                assertThat(users.isHeld(STEP)).isTrue();
                assertThat(users.isHeld(digest('c'))).isFalse();
                return STEP;
            });
            assertThat(users.isHeld(made)).isTrue();
        }
        assertThat(users.isHeld(STEP)).isFalse();
    }

    @Test
    @DisplayName("the first step from nothing is in use before it has told its id")
    void aFirstStepIsInUseAtOnce() {
        try (BuildImages.Hold build = users.open("id", images)) {
            build.making(Optional.empty(), () -> {
                stored(STEP, "");
                assertThat(users.isHeld(STEP)).isTrue();
                return STEP;
            });
        }
    }
}
