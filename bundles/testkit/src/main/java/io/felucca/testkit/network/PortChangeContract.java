package io.felucca.testkit.network;

import static io.felucca.testkit.network.PortBench.ANY;
import static io.felucca.testkit.network.PortBench.NOT_REACHED;
import static io.felucca.testkit.network.PortBench.publication;
import static io.felucca.testkit.network.PortBench.tcp;
import static io.felucca.testkit.network.PortBench.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.network.spi.PortMapper;
import io.felucca.network.spi.PortMapper.Publication;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** How ports come and go: with connections open, after a crash or a flushed firewall, and beside another engine. */
interface PortChangeContract {

    PortBench bench();

    @Test
    default void itCanWorkHere() {
        assertThat(bench().inHost(bench().mapper()::probe)).isEmpty();
    }

    @Test
    default void aPeerThatGoesOnSendingByUdpIsLedToTheNextContainer() throws Exception {
        bench().container(2, 53);
        bench().container(3, 53);
        Publication two = publication(2, udp(ANY, 5353, 2, 53));
        Publication three = publication(3, udp(ANY, 5353, 3, 53));
        try (DatagramSocket peer = bench().in(bench().lan().namespace(), () -> new DatagramSocket())) {
            peer.connect(NetworkBench.HOST, 5353);
            assertThat(NetworkPeer.ask(peer)).containsPattern(NOT_REACHED);
            bench().publish(two);
            assertThat(NetworkPeer.ask(peer)).startsWith("c2:53 ");
            bench().change(two, two.none());
            bench().publish(three);
            assertThat(NetworkPeer.ask(peer)).startsWith("c3:53 ");
        }
    }

    @Test
    default void b4PortsComeAndGoWhileTheOthersConnectionsGoOn() throws Exception {
        bench().container(2, 80, 81);
        Publication first = publication(2, tcp(ANY, 8080, 2, 80, 1));
        Publication both = publication(2, tcp(ANY, 8080, 2, 80, 1), tcp(ANY, 8081, 2, 81, 1));
        bench().publish(first);
        try (Socket connection = connectFromLan(8080)) {
            bench().change(first, both);
            assertThat(bench().fromLan(8081)).startsWith("c2:81 ");
            assertThat(NetworkPeer.ask(connection)).startsWith("c2:80 ");
            bench().change(both, first);
            assertThat(bench().fromLan(8081)).containsPattern(NOT_REACHED);
            assertThat(NetworkPeer.ask(connection)).startsWith("c2:80 ");
            bench().ensure(first);
            assertThat(NetworkPeer.ask(connection)).startsWith("c2:80 ");
        }
    }

    private Socket connectFromLan(int port) {
        return bench().in(bench().lan().namespace(), () -> {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(NetworkBench.HOST, port), 2000);
            socket.setSoTimeout(2000);
            return socket;
        });
    }

    @Test
    default void whatIsEnsuredIsAllThatIsThere() {
        bench().container(2, 80);
        bench().container(3, 80);
        Publication two = publication(2, tcp(ANY, 8080, 2, 80, 1));
        Publication three = publication(3, tcp(ANY, 8081, 3, 80, 1));
        bench().publish(two);
        bench().ensure(three);
        assertThat(bench().fromLan(8080)).containsPattern(NOT_REACHED);
        assertThat(bench().fromLan(8081)).startsWith("c3:80 ");
        bench().flushRules();
        assertThat(bench().fromLan(8081)).containsPattern(NOT_REACHED);
        bench().ensure(two, three);
        assertThat(bench().fromLan(8080)).startsWith("c2:80 ");
        assertThat(bench().fromLan(8081)).startsWith("c3:80 ");
        bench().ensure();
        assertThat(bench().fromLan(8081)).containsPattern(NOT_REACHED);
    }

    @Test
    default void aChangeSucceedsWhateverIsThere() {
        bench().container(2, 80);
        bench().container(3, 80);
        Publication two = publication(2, tcp(ANY, 8080, 2, 80, 1));
        bench().publish(two);
        bench().flushRules();
        Publication more = publication(2, tcp(ANY, 8080, 2, 80, 1), tcp(ANY, 8081, 2, 80, 1));
        bench().change(two, more);
        assertThat(bench().fromLan(8080)).startsWith("c2:80 ");
        assertThat(bench().fromLan(8081)).startsWith("c2:80 ");
        // What a crash left of another container.
        bench().publish(publication(3, tcp(ANY, 8080, 3, 80, 1)));
        assertThat(bench().fromLan(8080)).startsWith("c3:80 ");
        bench().flushRules();
        bench().change(more, more.none());
        assertThat(bench().fromLan(8081)).containsPattern(NOT_REACHED);
    }

    @Test
    default void anotherMapperObjectGoesOnWhereTheFirstWas() {
        bench().container(2, 80);
        Publication two = publication(2, tcp(ANY, 8080, 2, 80, 1));
        bench().publish(two);
        bench().renewMapper();
        assertThat(bench().fromLan(8080)).startsWith("c2:80 ");
        bench().change(two, two.none());
        assertThat(bench().fromLan(8080)).containsPattern(NOT_REACHED);
    }

    @Test
    default void twoEnginesDoNotDisturbEachOther() {
        bench().container(2, 80);
        bench().container(3, 80);
        PortMapper other = bench().mapper("ba9876543210");
        Publication three = publication(3, tcp(ANY, 8081, 3, 80, 1));
        bench().publish(publication(2, tcp(ANY, 8080, 2, 80, 1)));
        bench().inHost(() -> {
            other.change(three.none(), three);
            return null;
        });
        assertThat(bench().fromLan(8080)).startsWith("c2:80 ");
        assertThat(bench().fromLan(8081)).startsWith("c3:80 ");
        bench().ensure();
        assertThat(bench().fromLan(8081)).startsWith("c3:80 ");
    }
}
