package io.felucca.networks.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.Fd;
import io.felucca.linux.net.PortClaims;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.ports.PortAllocator.Line;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PortAllocatorTest {

    private static final InetAddress ADDRESS = Cidr.parseAddress("192.0.2.1");
    private static final int PORT = 8080;
    private static final int OTHER = 8081;

    private final Host host = new Host();
    private final PortAllocator ports = new PortAllocator(host);

    private final Line line = ports.line(Protocol.TCP, ADDRESS);

    private void take(String containerId, int port) {
        ports.take(containerId, List.of(line), port);
    }

    private void adopt(String containerId, int port) {
        ports.adopt(containerId, line, port, 1);
    }

    private void free(String containerId, int port) {
        ports.free(containerId, line, port, 1);
    }

    private boolean isHeld(int port) {
        return ports.isHeld(line, port);
    }

    @Test
    @DisplayName("A container published on an address that has gone is taken over, and its port is still its own")
    void anAddressThatHasGoneStopsNobody() {
        host.failure = Kind.INVALID;
        adopt("c", PORT);
        host.failure = Kind.SYSTEM;
        adopt("c", OTHER);
        host.failure = null;
        assertThat(isHeld(PORT) && isHeld(OTHER)).isTrue();
        assertThatThrownBy(() -> take("d", PORT)).hasMessageContaining("port is already allocated");
    }

    @Test
    @DisplayName("Nobody takes a port of an address that has gone, though a monitor may hold it")
    void anAddressThatHasGoneIsNotTaken() {
        host.failure = Kind.INVALID;
        adopt("c", PORT);
        free("c", PORT);
        assertThatThrownBy(() -> take("d", PORT)).hasMessageContaining("cannot assign requested address");
        assertThat(isHeld(PORT)).isFalse();
    }

    @Test
    @DisplayName("A container that leaves twice frees nothing that another has taken meanwhile")
    void whatAnotherHasIsNotFreed() {
        take("c", PORT);
        free("c", PORT);
        take("d", PORT);
        free("c", PORT);
        assertThat(isHeld(PORT)).isTrue();
        assertThat(host.bound).containsKey(PORT);
        free("d", PORT);
        assertThat(isHeld(PORT)).isFalse();
        assertThat(host.bound).isEmpty();
    }

    @Test
    @DisplayName("Ports that could not be handed to a monitor are still the engine's, and are given back")
    void whatIsNotHandedOverIsKept() {
        take("c", PORT);
        host.togetherFails = true;
        assertThatThrownBy(() -> ports.forMonitor("c")).hasMessageContaining("too many open files");
        assertThat(host.bound).containsKey(PORT);
        host.togetherFails = false;
        assertThat(ports.forMonitor("c")).isPresent();
        free("c", PORT);
        ports.ended("c");
        assertThat(host.bound).isEmpty();
    }

    @Test
    @DisplayName(
            "What a container took of another's monitor is claimed for it when the monitor ends, whatever fails of one")
    void whatAMonitorHeldIsClaimedForWhoHasIt() {
        take("c", PORT);
        take("c", OTHER);
        ports.forMonitor("c");
        free("c", PORT);
        free("c", OTHER);
        take("d", PORT);
        take("d", OTHER);
        host.failure = Kind.SYSTEM;
        ports.ended("c");
        host.failure = null;
        assertThat(isHeld(PORT) && isHeld(OTHER)).isTrue();
        free("d", PORT);
        free("d", OTHER);
        ports.ended("d");
        take("e", PORT);
        take("e", OTHER);
        assertThat(host.bound).containsOnlyKeys(PORT, OTHER);
        ports.ended("d");
        assertThat(host.bound).containsOnlyKeys(PORT, OTHER);
    }

    @Test
    @DisplayName(
            "B6: a row of ports is taken, handed to a monitor, and free when the container and its monitor are gone")
    void aRow() {
        for (int port = 1000; port < 2000; port++) {
            take("c", port);
        }
        assertThat(host.bound).hasSize(1000);
        assertThat(ports.forMonitor("c")).isPresent();
        ports.free("c", line, 1500, 500);
        assertThat(isHeld(1499)).isTrue();
        assertThat(isHeld(1500)).isFalse();
        // Its monitor's still.
        take("d", 1999);
        ports.free("c", line, 1000, 500);
        ports.ended("c");
        assertThat(host.bound).containsOnlyKeys(1999);
        assertThat(isHeld(1000)).isFalse();
        assertThatThrownBy(() -> take("e", 1999)).hasMessageContaining("port is already allocated");
    }

    /** A host whose ports are had by the sockets that are open. */
    private static final class Host implements PortClaims {
        private final Map<Integer, Socket> bound = new HashMap<>();
        private Kind failure;
        private boolean togetherFails;

        @Override
        public Optional<Fd> claim(int protocol, InetAddress address, int port) {
            if (failure != null) {
                throw new FeluccaException(failure, "as the test has it");
            }
            if (bound.containsKey(port)) {
                throw FeluccaException.conflict("in use");
            }
            Socket socket = new Socket(this, Set.of(port));
            bound.put(port, socket);
            return Optional.of(socket);
        }

        @Override
        public Optional<Fd> claimEverywhere(int protocol, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Fd together(List<Fd> claims) {
            if (togetherFails) {
                throw FeluccaException.system("too many open files");
            }
            Set<Integer> all = new HashSet<>();
            claims.forEach(claim -> all.addAll(((Socket) claim).ports));
            Socket holder = new Socket(this, all);
            all.forEach(port -> bound.put(port, holder));
            return holder;
        }
    }

    private static final class Socket implements Fd {
        private final Host host;
        private final Set<Integer> ports;

        Socket(Host host, Set<Integer> ports) {
            this.host = host;
            this.ports = ports;
        }

        @Override
        public int number() {
            return 7;
        }

        @Override
        public boolean isOpen() {
            return host.bound.containsValue(this);
        }

        @Override
        public int read(ByteBuffer into) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setNonBlocking(boolean nonBlocking) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            ports.forEach(port -> host.bound.computeIfPresent(port, (same, by) -> by == this ? null : by));
        }
    }
}
