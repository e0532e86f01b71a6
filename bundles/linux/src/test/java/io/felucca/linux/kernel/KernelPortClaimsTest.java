package io.felucca.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.Fd;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Needs root: ports of a namespace of the test. */
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

    private List<Fd> claim(int protocol, InetAddress address, int port, int count) {
        return namespaces.call(namespaces.file(namespace), () -> claims.claim(protocol, address, port, count));
    }

    @Test
    void aClaimedPortIsNobodyElses() {
        List<Fd> held = claim(TCP, any, 80, 3);
        assertThat(held).hasSize(3);
        assertThatThrownBy(() -> claim(TCP, loopback, 82, 1))
                .hasMessage("bind 127.0.0.1 port 82/6: EADDRINUSE (Address already in use)")
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.CONFLICT);
        assertThatThrownBy(() -> namespaces.call(namespaces.file(namespace), () -> new ServerSocket(80)));
        List<Fd> others = claim(UDP, any, 80, 1);
        others.addAll(claim(TCP, address("::"), 80, 1));
        held.forEach(Fd::close);
        others.addAll(claim(TCP, loopback, 80, 3));
        others.forEach(Fd::close);
    }

    @Test
    void allOrNoneIsClaimed() {
        List<Fd> held = claim(UDP, loopback, 5005, 1);
        assertThatThrownBy(() -> claim(UDP, loopback, 5000, 10)).isInstanceOf(FeluccaException.class);
        List<Fd> rest = claim(UDP, loopback, 5000, 5);
        held.forEach(Fd::close);
        rest.forEach(Fd::close);
    }

    @Test
    void anAddressThatIsNotHereIsInvalid() {
        assertThatThrownBy(() -> claim(TCP, address("192.0.2.1"), 80, 1))
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.INVALID);
    }
}
