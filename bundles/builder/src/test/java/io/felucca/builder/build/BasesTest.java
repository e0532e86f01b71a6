package io.felucca.builder.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder.Output;
import io.felucca.builder.Builder.Request;
import io.felucca.builder.work.Services;
import io.felucca.images.Images;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Progress;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BasesTest {

    private final List<Boolean> looks = new ArrayList<>();
    private volatile boolean gone;

    /** Has no image. */
    private final Images images = (Images) Proxy.newProxyInstance(
            Images.class.getClassLoader(), new Class<?>[] {Images.class}, (proxy, method, words) -> {
                throw FeluccaException.notFound("No such image: " + words[0]);
            });

    /** Says nothing during a pull, and looks whether anybody waits for it. */
    private final Registry registry = (Registry) Proxy.newProxyInstance(
            Registry.class.getClassLoader(), new Class<?>[] {Registry.class}, (proxy, method, words) -> {
                Progress progress = (Progress) words[3];
                looks.add(progress.isCancelled());
                gone = true;
                looks.add(progress.isCancelled());
                throw FeluccaException.unavailable("context canceled");
            });

    private final Output output = new Output() {
        @Override
        public void text(String text) {
            // The test does not read the output.
        }

        @Override
        public void bytes(boolean stderr, byte[] bytes, int offset, int length) {
            // The test does not read the output.
        }

        @Override
        public boolean wantsMore() {
            return !gone;
        }
    };

    private Bases bases() {
        Services services = new Services(images, null, null, null, null, () -> registry, null, null, null, null, null);
        Request request = new Request(
                "",
                "",
                List.of(),
                Map.of(),
                "",
                false,
                false,
                true,
                false,
                Map.of(),
                null,
                "",
                List.of(),
                false,
                Map.of(),
                Map.of(),
                reference -> Credentials.NONE);
        return new Bases(services, request, UnaryOperator.<Digest>identity());
    }

    @Test
    @DisplayName("a build that nobody waits for ends the pull of its base, however silent the registry is")
    void aPullEndsWithItsBuild() {
        assertThatThrownBy(() -> bases().image("base", "", output)).hasMessage("context canceled");

        assertThat(looks).containsExactly(false, true);
    }
}
