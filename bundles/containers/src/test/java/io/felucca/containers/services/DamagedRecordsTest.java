package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.felucca.containers.Container;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
@DisplayName("issue 11: records of containers that are damaged")
class DamagedRecordsTest {

    private TestEngine engine;
    private String damaged;
    private String other;

    @BeforeEach
    void begin() throws Exception {
        engine = new TestEngine();
        damaged = engine.run("damaged", "true");
        other = engine.containers()
                .create(TestEngine.spec("other", false, "true"))
                .id();
        engine.containers().await(damaged, Condition.NOT_RUNNING).get(60, TimeUnit.SECONDS);
        engine.end();
    }

    @AfterEach
    void end() throws IOException {
        engine.begin();
        engine.close();
    }

    private Path file(String name) {
        return engine.folder(damaged).resolve(name);
    }

    private Path layer() {
        return engine.directory.resolve("r/layers").resolve(damaged);
    }

    private List<String> names() {
        return engine.containers().list(true, Map.of()).stream()
                .map(Container::name)
                .sorted()
                .toList();
    }

    private static List<byte[]> damages(byte[] good) {
        byte[] flipped = good.clone();
        flipped[0] ^= 1;
        return List.of(new byte[0], new byte[good.length], Arrays.copyOf(good, good.length / 2), flipped);
    }

    @Test
    @DisplayName("a container with a damaged config.json is left alone, and is there again once the file is restored")
    void aDamagedConfiguration() throws Exception {
        byte[] good = Files.readAllBytes(file("config.json"));
        for (byte[] bad : damages(good)) {
            Files.write(file("config.json"), bad);
            engine.begin();
            assertThat(names()).containsExactly("other");
            engine.containers().start(other);
            engine.containers().await(other, Condition.NOT_RUNNING).get(60, TimeUnit.SECONDS);
            engine.end();
            assertThat(file("state.json")).exists();
            assertThat(layer()).exists();

            Files.write(file("config.json"), good);
            engine.begin();
            assertThat(names()).containsExactly("damaged", "other");
            engine.end();
        }
        engine.begin();
        engine.containers().start(damaged);
        assertThat(engine.containers()
                        .await(damaged, Condition.NOT_RUNNING)
                        .get(60, TimeUnit.SECONDS)
                        .code())
                .isZero();
        engine.end();
    }

    @Test
    @DisplayName("a container with a damaged state.json is one that ended with 255, and starts")
    void aDamagedState() throws Exception {
        byte[] good = Files.readAllBytes(file("state.json"));
        for (byte[] bad : damages(good)) {
            Files.write(file("state.json"), bad);
            engine.begin();
            assertThat(engine.containers().get(damaged).state().status()).isEqualTo(Status.EXITED);
            assertThat(engine.containers().get(damaged).state().exitCode()).isEqualTo(255);
            engine.containers().start(damaged);
            assertThat(engine.containers()
                            .await(damaged, Condition.NOT_RUNNING)
                            .get(60, TimeUnit.SECONDS)
                            .code())
                    .isZero();
            engine.end();
        }
    }

    @Test
    @DisplayName("what a crash of the machine left of a create goes, although its files are there without content")
    void aHalfMadeContainer() throws Exception {
        for (byte[] blank : List.of(new byte[0], new byte[4096])) {
            Path half = engine.folder("0".repeat(64));
            Files.createDirectories(half);
            Files.write(half.resolve("config.json"), blank);
            Files.write(half.resolve("state.json"), blank);
            engine.begin();
            await().untilAsserted(() -> assertThat(half).doesNotExist());
            engine.end();
        }
    }

    @Test
    @DisplayName("whatever bit is flipped, the engine begins, and all other containers are there")
    void anyFlippedBit() throws Exception {
        for (String name : List.of("config.json", "state.json")) {
            byte[] good = Files.readAllBytes(file(name));
            for (int i = 0; i < good.length; i += good.length / 80) {
                byte[] bad = good.clone();
                bad[i] ^= (byte) (1 << i % 7);
                Files.write(file(name), bad);
                String what = name + ", byte " + i + " of " + new String(good, StandardCharsets.UTF_8);
                assertThatCode(engine::begin).as(what).doesNotThrowAnyException();
                assertThatCode(() -> assertThat(names()).contains("other"))
                        .as(what)
                        .doesNotThrowAnyException();
                engine.end();
                assertThat(layer()).as(what).exists();
            }
            Files.write(file(name), good);
        }
    }
}
