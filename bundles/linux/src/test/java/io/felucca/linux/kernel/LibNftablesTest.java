package io.felucca.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.Fd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Needs root and libnftables: on tables in a namespace of the test. */
class LibNftablesTest {

    private static final String MAP = "add table ip t; add map ip t m { type inet_service : ipv4_addr; }\n";

    private final KernelNamespaces namespaces = new KernelNamespaces();
    private final LibNftables nftables = new LibNftables();
    private final Fd namespace = namespaces.create();
    private final Path file = namespaces.file(namespace);

    @AfterEach
    void close() {
        namespace.close();
    }

    @Test
    void commandsAreOneTransaction() {
        assertThat(nftables.problem()).isEmpty();
        nftables.run(file, MAP + "add element ip t m { 80 : 10.0.0.2 }");

        assertThatThrownBy(() -> nftables.run(
                        file, "add element ip t m { 81 : 10.0.0.3 }\ndelete element ip t m { 82 : 10.0.0.3 }"))
                .hasMessageContaining("No such file or directory")
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.NOT_FOUND);

        assertThat(nftables.run(file, "list map ip t m"))
                .contains("80 : 10.0.0.2")
                .doesNotContain("81");
        assertThat(nftables.run("list tables")).doesNotContain("ip t\n");
    }

    @Test
    void itWorksInAProcessOfManyDescriptors() {
        List<Fd> many = new ArrayList<>();
        try {
            // The library knows none above 1,023, and would end the process.
            for (int i = 0; i < 1100; i++) {
                many.add(namespaces.open(file));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(new LibNftables().run(file, "list tables")).isEmpty();
            }
            new LibNftables().run("list tables");
        } finally {
            many.forEach(Fd::close);
        }
    }

    @Test
    void anotherValueForAKeyIsAConflict() {
        nftables.run(file, MAP + "add element ip t m { 80 : 10.0.0.2 }");
        assertThatThrownBy(() -> nftables.run(file, "add element ip t m { 80 : 10.0.0.3 }"))
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.CONFLICT);
    }

    @Test
    void aFirewallThatIsLoadedAnewIsSeen() {
        nftables.run(file, MAP);
        try (Fd watch = namespaces.call(file, nftables::watch)) {
            nftables.run(file, "add element ip t m { 80 : 10.0.0.2 }");
            assertThat(nftables.reloaded(watch)).isFalse();
            nftables.run(file, "add table ip felucca-0; add chain ip felucca-0 c");
            assertThat(nftables.reloaded(watch)).isFalse();
            nftables.run(file, "add chain ip t c");
            assertThat(nftables.reloaded(watch)).isTrue();
            nftables.run(file, "flush ruleset");
            assertThat(nftables.reloaded(watch)).isTrue();
            assertThat(nftables.reloaded(watch)).isFalse();
        }
    }

    @Test
    void thousandsOfElementsOfAnEngineAreNoReload() {
        nftables.run(file, MAP.replace("ip t", "ip felucca-0"));
        String elements = IntStream.range(1, 20_000)
                .mapToObj(port -> port + " : 10.0.0.2")
                .collect(Collectors.joining(", ", "element ip felucca-0 m { ", " }"));
        try (Fd watch = namespaces.call(file, nftables::watch)) {
            nftables.run(file, "add " + elements);
            assertThat(nftables.reloaded(watch)).isFalse();
            nftables.run(file, "delete " + elements + "\nadd chain ip felucca-0 c");
            assertThat(nftables.reloaded(watch)).isFalse();

            nftables.run(file, MAP + "add chain ip t c");
            assertThat(nftables.reloaded(watch)).isTrue();
        }
    }
}
