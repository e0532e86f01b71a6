package io.felucca.shell.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeImages;
import io.felucca.shell.FakeRegistry;
import io.felucca.shell.registry.ImagePull;
import io.felucca.shell.remote.CommandClient;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OrderedCommandsTest {

    private static final long TIME_TO_OVERTAKE_MILLIS = 300;

    private final Linked containers = new Linked();
    private final CommandClient client = new CommandClient(ContainerCommands.functions(
            containers,
            new FakeArchives(),
            new FakeImages(),
            new ImagePull(FakeRegistry::new),
            Clock.fixed(FakeContainers.NOW, ZoneOffset.UTC)));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    @DisplayName("issue 11: start and restart take one name after the other: a later one may link to an earlier one")
    void oneNameAfterTheOther() throws Exception {
        for (String command : List.of("start", "restart")) {
            containers.begin();
            assertThat(client.run(command, "db", "web").succeeds().out()).isEqualTo("db\nweb\n");
            assertThat(containers.steps).containsExactly("db begins", "db runs", "web begins", "web runs");
        }
    }

    /** Gives the second container the time to begin before the first one runs. */
    private static final class Linked extends FakeContainers {

        final List<String> steps = new CopyOnWriteArrayList<>();
        private CountDownLatch web = new CountDownLatch(1);

        void begin() {
            steps.clear();
            web = new CountDownLatch(1);
        }

        @Override
        public void start(String name) {
            restart(name, null, null);
        }

        @Override
        public void restart(String name, Integer timeoutSeconds, String signal) {
            steps.add(name + " begins");
            if (name.equals("web")) {
                web.countDown();
            } else {
                awaitWeb();
            }
            steps.add(name + " runs");
        }

        private void awaitWeb() {
            try {
                assertThat(web.await(TIME_TO_OVERTAKE_MILLIS, TimeUnit.MILLISECONDS))
                        .isFalse();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
