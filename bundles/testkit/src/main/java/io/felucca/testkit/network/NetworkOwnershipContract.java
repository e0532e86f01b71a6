package io.felucca.testkit.network;

import static io.felucca.testkit.network.SegmentBench.PORT;
import static io.felucca.testkit.network.SegmentBench.UNREACHABLE;
import static io.felucca.testkit.network.SegmentBench.endpoint;
import static io.felucca.testkit.network.SegmentBench.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.net.NetworkChange.RemoveDevice;
import io.felucca.linux.net.Rtnetlink.Device;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.network.spi.NetworkDriver.Segment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an engine has on the host is its own, is gone after its removal, and outlasts the driver. */
interface NetworkOwnershipContract {

    SegmentBench bench();

    @Test
    default void itConnectsContainersAndCanWorkHere() {
        assertThat(bench().driver().hasSegments()).isTrue();
        assertThat(bench().inHost(bench().driver()::probe)).isEmpty();
    }

    @Test
    default void afterRemovalNothingIsLeft() {
        List<String> before = deviceNames();
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path namespace = bench().newNamespace();
        bench().join(segment, endpoint(segment, 2), namespace);
        bench().onHost(driver -> driver.leave(segment, endpoint(segment, 2), true));
        bench().end(namespace);
        for (int i = 0; i < 2; i++) {
            bench().onHost(driver -> driver.remove(segment));
        }
        await().until(() -> deviceNames().equals(before));
        assertThat(bench().leftOvers()).isEmpty();
    }

    private List<String> deviceNames() {
        return bench().devices(bench().host()).devices().stream()
                .map(Device::name)
                .toList();
    }

    @Test
    default void anotherDriverObjectGoesOnWhereTheFirstWas() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path one = bench().container(segment, 2);
        bench().renewDriver();
        bench().ensure(segment);
        bench().container(segment, 3);
        assertThat(bench().ask(one, segment, 3)).isEqualTo("c3 10.1.0.2");
        bench().renewDriver();
        bench().onHost(driver -> {
            driver.leave(segment, endpoint(segment, 2), false);
            driver.leave(segment, endpoint(segment, 3), false);
            driver.remove(segment);
        });
        assertThat(bench().leftOvers()).isEmpty();
    }

    @Test
    @DisplayName("issue 11: a segment that somebody took from the host is missed by joins, and made again whole")
    default void aSegmentThatWasTakenIsMadeAgain() {
        List<String> before = deviceNames();
        Segment outer = segment(1, false);
        Segment internal = segment(2, true);
        List<Segment> segments = List.of(outer, internal);
        segments.forEach(bench()::ensure);
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", PORT);
        bench().container(outer, 2);
        bench().container(internal, 5);
        deviceNames().stream()
                .filter(name -> !before.contains(name) && !name.startsWith("lanport"))
                .forEach(this::takeAway);
        List<String> without = deviceNames();
        Path early = bench().newNamespace();

        for (Segment segment : segments) {
            assertThatThrownBy(() -> bench().join(segment, endpoint(segment, 3), early))
                    .extracting(e -> ((FeluccaException) e).kind())
                    .isEqualTo(Kind.NOT_FOUND);
        }
        assertThat(deviceNames()).isEqualTo(without);

        segments.forEach(bench()::ensure);
        Path one = bench().container(outer, 3);
        bench().container(outer, 4);
        Path two = bench().container(internal, 6);
        bench().container(internal, 7);
        assertThat(bench().ask(bench().host(), outer, 3)).isEqualTo("c3 10.1.0.1");
        assertThat(bench().ask(one, outer, 4)).isEqualTo("c4 10.1.0.3");
        assertThat(bench().ask(two, internal, 7)).isEqualTo("c7 10.2.0.6");
        assertThat(bench().ask(one, lan.ipv4())).isEqualTo("lan 192.0.2.1");
        assertThat(bench().ask(two, lan.ipv4())).containsPattern(UNREACHABLE);
        assertThat(bench().ask(one, internal, 6)).containsPattern(UNREACHABLE);
        assertThat(bench().ask(two, outer, 3)).containsPattern(UNREACHABLE);
        assertThat(bench().ask(lan.namespace(), outer, 3)).containsPattern(UNREACHABLE);
    }

    @Test
    @DisplayName(
            "issue 11: containers are in a segment again that was taken from the host under them and is made again")
    default void aSegmentThatIsMadeAgainHasItsContainers() {
        List<String> before = deviceNames();
        Segment outer = segment(1, false);
        Segment internal = segment(2, true);
        List<Segment> segments = List.of(outer, internal);
        segments.forEach(bench()::ensure);
        List<String> ofSegments =
                deviceNames().stream().filter(name -> !before.contains(name)).toList();
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", PORT);
        Path one = bench().container(outer, 2);
        bench().container(outer, 3);
        Path two = bench().container(internal, 6);
        bench().container(internal, 7);
        Path left = bench().container(outer, 4);
        bench().onHost(driver -> driver.leave(outer, endpoint(outer, 4), false));
        assertThat(bench().ask(one, outer, 3)).isEqualTo("c3 10.1.0.2");
        assertThat(bench().ask(bench().host(), outer, 2)).isEqualTo("c2 10.1.0.1");
        assertThat(ofSegments).isNotEmpty();

        ofSegments.forEach(this::takeAway);
        segments.forEach(bench()::ensure);
        for (int i = 0; i < 2; i++) {
            bench().onHost(driver -> {
                driver.rejoin(outer, List.of(endpoint(outer, 2), endpoint(outer, 3), endpoint(outer, 4)));
                driver.rejoin(internal, List.of(endpoint(internal, 6), endpoint(internal, 7)));
            });
            assertThat(bench().ask(bench().host(), outer, 2)).isEqualTo("c2 10.1.0.1");
            assertThat(bench().ask(one, outer, 3)).isEqualTo("c3 10.1.0.2");
            assertThat(bench().ask(one, lan.ipv4())).isEqualTo("lan 192.0.2.1");
            assertThat(bench().ask(two, internal, 7)).isEqualTo("c7 10.2.0.6");
            assertThat(bench().ask(two, lan.ipv4())).containsPattern(UNREACHABLE);
            assertThat(bench().ask(one, internal, 6)).containsPattern(UNREACHABLE);
        }
        assertThat(bench().devices(left).find("eth0")).isEmpty();
    }

    private void takeAway(String device) {
        try {
            bench().devices(bench().host()).apply(new RemoveDevice(device));
        } catch (FeluccaException e) {
            // It went with another.
            assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
        }
    }

    @Test
    default void twoEnginesAreApartAndDoNotDisturbEachOther() {
        Segment mine = segment(1, false);
        Segment other = segment(2, false);
        NetworkDriver second = bench().driver("ba9876543210");
        bench().ensure(mine);
        bench().inHost(() -> {
            second.ensure(other, List.of());
            return null;
        });
        Path one = bench().container(mine, 2);
        Path two = bench().newNamespace();
        bench().inHost(() -> second.join(other, endpoint(other, 3), two));
        bench().serve(two, "c3", PORT);
        assertThat(bench().ask(one, other, 3)).containsPattern(UNREACHABLE);
        bench().onHost(driver -> {
            driver.leave(mine, endpoint(mine, 2), false);
            driver.remove(mine);
        });
        assertThat(bench().ask(bench().host(), other, 3)).isEqualTo("c3 10.2.0.1");
        var lan = bench().newLanHost();
        bench().serve(lan.namespace(), "lan", PORT);
        assertThat(bench().ask(two, lan.ipv4())).isEqualTo("lan 192.0.2.1");
    }

    @Test
    default void anotherEnginesDeviceIsNotTaken() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        NetworkDriver second = bench().driver("ba9876543210");
        assertThatThrownBy(() -> bench().inHost(() -> {
                    second.ensure(segment, List.of());
                    return null;
                }))
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.CONFLICT);
    }
}
