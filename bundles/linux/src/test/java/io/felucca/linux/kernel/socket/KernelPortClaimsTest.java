package io.felucca.linux.kernel.socket;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.net.KernelNamespaces;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs root: ports of a namespace of the test. */
@Tag("root")
class KernelPortClaimsTest {

    private static final int TCP = 6;
    private static final int UDP = 17;

    private final KernelNamespaces namespaces = new KernelNamespaces();
    private final KernelPortClaims claims = new KernelPortClaims();
    private final Fd namespace = namespaces.create();
    private final InetAddress any = address("0.0.0.0");
    private final InetAddress loopback = address("127.0.0.1");

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        namespace.close();
    }

    private List<Fd> claim(int protocol, InetAddress address, int... ports) {
        List<Fd> claimed = new ArrayList<>();
        for (int port : ports) {
            claimed.add(inside(() -> claims.claim(protocol, address, port).orElseThrow()));
        }
        return claimed;
    }

    private <T> T inside(Callable<T> work) {
        return namespaces.call(namespaces.file(namespace), work);
    }

    @Test
    void aClaimedPortIsNobodyElses() {
        List<Fd> held = claim(TCP, any, 80, 81, 82);
        assertThatThrownBy(() -> claim(TCP, loopback, 82))
                .hasMessage("bind 127.0.0.1 port 82/6: EADDRINUSE (Address already in use)")
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.CONFLICT);
        assertThatThrownBy(() -> inside(() -> new ServerSocket(80)));
        List<Fd> others = claim(UDP, any, 80);
        others.addAll(claim(TCP, address("::"), 80));
        held.forEach(Fd::close);
        others.addAll(claim(TCP, loopback, 80, 81, 82));
        others.forEach(Fd::close);
    }

    @Test
    void onePortOfBothFamiliesIsOneClaim() {
        Fd everywhere = inside(() -> claims.claimEverywhere(TCP, 80).orElseThrow());
        for (InetAddress address : List.of(any, loopback, address("::"), address("::1"))) {
            assertThatThrownBy(() -> claim(TCP, address, 80)).hasMessageContaining("EADDRINUSE");
        }
        everywhere.close();
        claim(TCP, any, 80).forEach(Fd::close);
    }

    @Test
    void b6AThousandClaimsAreHeldByOneDescriptorUntilItCloses() {
        int[] ports = IntStream.range(1000, 2000).toArray();
        List<Fd> thousand = claim(TCP, loopback, ports);
        Fd together = claims.together(thousand);
        thousand.forEach(Fd::close);
        for (int port : new int[] {1000, 1252, 1253, 1999}) {
            assertThatThrownBy(() -> claim(TCP, loopback, port)).hasMessageContaining("EADDRINUSE");
        }
        together.close();
        claim(TCP, loopback, ports).forEach(Fd::close);
    }

    @Test
    void anAddressThatIsNotHereIsInvalid() {
        assertThatThrownBy(() -> claim(TCP, address("192.0.2.1"), 80))
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.INVALID);
    }
}
