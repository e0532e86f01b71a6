package io.felucca.testkit.network;

import static io.felucca.testkit.network.SegmentBench.PORT;
import static io.felucca.testkit.network.SegmentBench.address;
import static io.felucca.testkit.network.SegmentBench.endpoint;
import static io.felucca.testkit.network.SegmentBench.segment;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.linux.net.Rtnetlink.Address;
import io.felucca.linux.net.Rtnetlink.Device;
import io.felucca.linux.net.Rtnetlink.Route;
import io.felucca.network.spi.NetworkDriver.Attachment;
import io.felucca.network.spi.NetworkDriver.Endpoint;
import io.felucca.network.spi.NetworkDriver.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an endpoint is in its container, and that nothing of it stays when it leaves. */
interface NetworkInterfaceContract {

    SegmentBench bench();

    @Test
    default void theInterfaceIsAsTheEndpointSays() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path namespace = bench().newNamespace();
        Attachment made = bench().join(segment, endpoint(segment, 2), namespace);

        var inside = bench().devices(namespace);
        Device device = inside.find("eth0").orElseThrow();
        assertThat(device.mac()).isEqualTo(made.mac()).isEqualTo("02:42:0a:10:00:02");
        assertThat(device.up()).isTrue();
        assertThat(inside.addresses()).contains(new Address(device.index(), address(segment, 2), 16));
        assertThat(inside.routes())
                .filteredOn(route -> route.prefixLength() == 0)
                .singleElement()
                .extracting(route -> route.gateway().orElseThrow().getHostAddress())
                .isEqualTo("10.1.0.1");
        assertThat(bench().devices(bench().host()).find(made.hostDevice())).isPresent();
    }

    @Test
    default void t19AnIpv4SegmentHasNoIpv6() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path namespace = bench().container(segment, 2);
        Device device = bench().devices(namespace).find("eth0").orElseThrow();
        assertThat(bench().devices(namespace).addresses())
                .filteredOn(address -> address.device() == device.index())
                .extracting(Address::address)
                .containsExactly(address(segment, 2));
    }

    @Test
    default void defaultRoutesFollowWhatTheEndpointSays() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path namespace = bench().container(segment, 2);
        Endpoint without = endpoint(segment(1, true), 2);
        for (int i = 0; i < 2; i++) {
            bench().onHost(driver -> driver.route(segment, without, namespace));
            assertThat(bench().devices(namespace).routes())
                    .extracting(Route::prefixLength)
                    .doesNotContain(0);
        }
        bench().onHost(driver -> driver.route(segment, endpoint(segment, 2), namespace));
        assertThat(bench().devices(namespace).routes())
                .extracting(Route::prefixLength)
                .contains(0);
    }

    @Test
    default void aSecondInterfaceHasItsOwnName() {
        Segment one = segment(1, false);
        Segment two = segment(2, false);
        bench().ensure(one);
        bench().ensure(two);
        Path namespace = bench().container(one, 2);
        Endpoint first = endpoint(two, 4);
        bench().join(
                        two,
                        new Endpoint(first.id(), first.containerId(), "eth1", "", first.addresses(), List.of()),
                        namespace);
        bench().container(two, 3);
        assertThat(bench().ask(namespace, two, 3)).isEqualTo("c3 10.2.0.4");
        assertThat(bench().devices(namespace).find("eth1").orElseThrow().mac()).isNotEmpty();
    }

    @Test
    default void whoLeavesIsGone() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        Path namespace = bench().container(segment, 2);
        for (int i = 0; i < 2; i++) {
            bench().onHost(driver -> driver.leave(segment, endpoint(segment, 2), false));
            assertThat(bench().devices(namespace).find("eth0")).isEmpty();
        }
        bench().join(segment, endpoint(segment, 2), namespace);
        assertThat(bench().ask(bench().host(), segment, 2)).isEqualTo("c2 10.1.0.1");
    }

    @Test
    default void theAddressOfAnEndedContainerIsAnothersAtOnce() {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        bench().container(segment, 2);
        Path neighbour = bench().container(segment, 3);
        assertThat(bench().ask(neighbour, segment, 2)).isEqualTo("c2 10.1.0.3");
        bench().onHost(driver -> driver.leave(segment, endpoint(segment, 2), true));
        // Its namespace is there still, as it is for a while in the kernel.
        Endpoint same = endpoint(segment, 2);
        Path next = bench().newNamespace();
        bench().join(
                        segment,
                        new Endpoint(
                                "ee".repeat(32),
                                same.containerId(),
                                "eth0",
                                same.mac(),
                                same.addresses(),
                                same.gateways()),
                        next);
        bench().serve(next, "next", PORT);
        assertThat(bench().ask(neighbour, segment, 2)).isEqualTo("next 10.1.0.3");
        assertThat(bench().ask(bench().host(), segment, 2)).isEqualTo("next 10.1.0.1");
    }

    @Test
    default void twoHundredContainersJoinOneSegmentAtOnce() throws Exception {
        Segment segment = segment(1, false);
        bench().ensure(segment);
        List<Path> namespaces =
                IntStream.range(0, 200).mapToObj(i -> bench().newNamespace()).toList();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        for (int lane = 0; lane < 8; lane++) {
            int first = lane * 25;
            Thread thread = new Thread(() -> {
                for (int i = first; i < first + 25; i++) {
                    bench().join(segment, endpoint(segment, i + 2), namespaces.get(i));
                }
            });
            thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        bench().serve(namespaces.get(199), "last", PORT);
        assertThat(bench().ask(namespaces.get(0), segment, 201)).isEqualTo("last 10.1.0.2");
    }
}
