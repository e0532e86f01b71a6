package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.NetworkSettings;
import io.felucca.containers.query.ContainerFilters;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.LogSettings;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.linux.ProcessId;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.PortBinding;
import io.felucca.networks.Sandbox;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiltersTest {

    private static final ProcessId PROCESS = new ProcessId("b", 1, 1);

    private final ContainerRegistry registry = new ContainerRegistry();

    @BeforeEach
    void add() {
        add("a1", "web", 1, Map.of("tier", "front", "x", ""), ContainerState.CREATED);
        add(
                "b2",
                "db",
                2,
                Map.of("tier", "back"),
                ContainerState.CREATED.toStart().started(PROCESS, PROCESS, Instant.EPOCH));
        add(
                "c3",
                "web2",
                3,
                Map.of(),
                ContainerState.CREATED
                        .toStart()
                        .started(PROCESS, PROCESS, Instant.EPOCH)
                        .ended(3, false, Instant.EPOCH));
    }

    private void add(String id, String name, int second, Map<String, String> labels, ContainerState state) {
        String whole = id.repeat(32);
        ContainerConfig config = new ContainerConfig(
                "",
                "",
                "",
                false,
                false,
                false,
                null,
                false,
                false,
                false,
                null,
                List.of("x"),
                null,
                "x",
                null,
                "",
                null,
                labels,
                "",
                null);
        registry.names().take(name, whole);
        registry.add(new ManagedContainer(
                new ContainerRecord(
                        whole,
                        name,
                        Instant.ofEpochSecond(second),
                        Digest.ofHex(whole),
                        "linux",
                        config,
                        TestEngine.host(false),
                        "vfs",
                        "",
                        IdMap.NONE,
                        "oci",
                        "none",
                        new LogSettings("json-file", true, -1, 1, false, false, false),
                        List.of(),
                        null),
                state));
    }

    private static NetworkSettings networks(ManagedContainer container) {
        if (!container.state().running()) {
            return new NetworkSettings(Sandbox.NONE, "", Map.of("none", EndpointSpec.NONE), Map.of(), List.of());
        }
        Sandbox sandbox =
                Sandbox.NONE.with(Map.of("80/tcp", List.of(new PortBinding("0.0.0.0", "8080")), "53/udp", List.of()));
        return new NetworkSettings(sandbox, "", Map.of("front", EndpointSpec.NONE), Map.of("front", "ab12"), List.of());
    }

    private String matching(Predicate<ManagedContainer> matches) {
        return String.join(
                " ",
                registry.all().stream()
                        .filter(matches)
                        .map(container -> container.record().name())
                        .sorted()
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name|web|web web2",
                "name|^web$|web",
                "name|^/web|web web2",
                "id|b2b|db",
                "label|tier|db web",
                "label|tier=back|db",
                "label|x|web",
                "status|created|web",
                "status|running|db",
                "status|exited|web2",
                "exited|3|web2",
                "exited|0|''",
                "before|db|web",
                "since|db|web2",
                "network|none|web web2",
                "network|front|db",
                "network|ab|db",
                "network|x|''",
                "publish|8080|db",
                "publish|80|''",
                "publish|8000-8100/tcp|db",
                "publish|8080/udp|''",
                "expose|80|db",
                "expose|53/udp|db",
                "expose|53|''",
                "name|[|''",
                "volume|x|''",
                "health|none|db web web2",
                "is-task|true|''",
                "is-task|false|db web web2"
            })
    @DisplayName("S112: docker's filters")
    void S112_filters(String name, String value, String expected) {
        assertThat(matching(new ContainerFilters(Map.of(name, List.of(value)), registry, null, FiltersTest::networks)
                        .forList()))
                .isEqualTo(expected);
    }

    @Test
    void labelsMustAllMatchAndOfOthersOneSuffices() {
        assertThat(matching(new ContainerFilters(
                                Map.of("name", List.of("^web$", "db")), registry, null, FiltersTest::networks)
                        .forList()))
                .isEqualTo("db web");
        assertThat(matching(new ContainerFilters(
                                Map.of("label", List.of("tier", "x")), registry, null, FiltersTest::networks)
                        .forList()))
                .isEqualTo("web");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foo|a|Invalid filter 'foo'",
                "status|a|Invalid filter 'status=a'",
                "publish|x|error while looking up for publish x: strconv.ParseUint: parsing \"x\": invalid syntax",
                "expose|1:2|filter for 'expose' should not contain ':': 1:2",
                "exited|a|strconv.Atoi: parsing \"a\": invalid syntax",
                "before|nope|no such container nope",
                "health|nope|Unrecognised filter value for health: nope",
                "is-task|nope|Invalid filter 'is-task=[nope]'"
            })
    void whatIsUnknownIsRefusedWithDockersText(String name, String value, String text) {
        assertThatThrownBy(
                        () -> new ContainerFilters(Map.of(name, List.of(value)), registry, null, FiltersTest::networks)
                                .forList())
                .isInstanceOf(FeluccaException.class)
                .hasMessage(text);
    }

    @Test
    void pruneTakesTimesAndLabels() {
        assertThat(matching(new ContainerFilters(
                                Map.of("until", List.of("1970-01-01T00:00:03Z")), registry, null, FiltersTest::networks)
                        .forPrune()))
                .isEqualTo("db web");
        assertThat(matching(
                        new ContainerFilters(Map.of("until", List.of("1h30m")), registry, null, FiltersTest::networks)
                                .forPrune()))
                .isEqualTo("db web web2");
        assertThat(matching(new ContainerFilters(Map.of("until", List.of("2")), registry, null, FiltersTest::networks)
                        .forPrune()))
                .isEqualTo("web");
        assertThat(matching(new ContainerFilters(
                                Map.of("label!", List.of("tier=back")), registry, null, FiltersTest::networks)
                        .forPrune()))
                .isEqualTo("web web2");
        assertThatThrownBy(() -> new ContainerFilters(
                                Map.of("until", List.of("1", "2")), registry, null, FiltersTest::networks)
                        .forPrune())
                .hasMessage("more than one until filter specified");
        assertThatThrownBy(
                        () -> new ContainerFilters(Map.of("name", List.of("x")), registry, null, FiltersTest::networks)
                                .forPrune())
                .hasMessage("Invalid filter 'name'");
    }
}
