package io.felucca.itests.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.util.RawValue;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.RawClient;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.images.ImageArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Documents whose trees are larger than the heap. The same is in bench/hostile.py. */
@Timeout(600)
@DisplayName("Documents of millions of values in few bytes (T11, issue 11.3)")
class LargeDocumentsIT {

    private static final String EMPTY_VALUES = "{},".repeat(2_600_000) + "{}";

    @RegisterExtension
    static final EngineUnderTest ENGINE = EngineUnderTest.withBusybox();

    private long engine;

    @BeforeEach
    void remember() {
        engine = ENGINE.pid();
    }

    @AfterEach
    void lives() {
        assertThat(ENGINE.isRunning()).isTrue();
        assertThat(ENGINE.pid()).as("the engine went on").isEqualTo(engine);
        assertThat(ENGINE.log()).doesNotContain("OutOfMemoryError", "out of memory");
    }

    @Test
    @DisplayName("An image's configuration of them is refused")
    void anImagesConfiguration() {
        ImageArchive archive = new ImageArchive().layer(Rootfs.busybox()).tag("bomb");
        archive.config().putRawValue("history", new RawValue("[" + EMPTY_VALUES + "]"));
        assertThat(ENGINE.felucca("load", "-i", archive.write("bomb").toString())
                        .run(240)
                        .requireExit(1)
                        .err())
                .contains("Token count");
    }

    @Test
    @DisplayName("A request of them is refused")
    void aRequest() {
        assertThat(RawClient.ask(
                        ENGINE.socket(),
                        "POST",
                        "/containers/create",
                        "{\"Image\":\"busybox\",\"X\":[" + EMPTY_VALUES + "]}"))
                .startsWith("HTTP/1.1 400");
    }
}
