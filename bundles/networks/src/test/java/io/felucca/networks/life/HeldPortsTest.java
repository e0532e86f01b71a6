package io.felucca.networks.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.Fd;
import io.felucca.linux.net.PortClaims;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.life.HeldPorts.Key;
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

class HeldPortsTest {

    private static final InetAddress ADDRESS = Cidr.parseAddress("192.0.2.1");
    private static final Key KEY = new Key(Protocol.TCP, ADDRESS, 8080);
    private static final Key OTHER = new Key(Protocol.TCP, ADDRESS, 8081);

    private final Host host = new Host();
    private final HeldPorts ports = new HeldPorts(host);

    private void take(String containerId, Key key) {
        ports.take(containerId, key.protocol(), List.of(key.address()), key.port());
    }

    private boolean isHeld(Key key) {
        return ports.isHeld(key.protocol(), key.address(), key.port());
    }

    @Test
    @DisplayName("A container published on an address that has gone is taken over, and its port is still its own")
    void anAddressThatHasGoneStopsNobody() {
        host.failure = Kind.INVALID;
        ports.adopt("c", KEY);
        host.failure = Kind.SYSTEM;
        ports.adopt("c", OTHER);
        host.failure = null;
        assertThat(isHeld(KEY) && isHeld(OTHER)).isTrue();
        assertThatThrownBy(() -> take("d", KEY)).hasMessageContaining("port is already allocated");
    }

    @Test
    @DisplayName("Nobody takes a port of an address that has gone, though a monitor may hold it")
    void anAddressThatHasGoneIsNotTaken() {
        host.failure = Kind.INVALID;
        ports.adopt("c", KEY);
        ports.free("c", KEY);
        assertThatThrownBy(() -> take("d", KEY)).hasMessageContaining("cannot assign requested address");
        assertThat(isHeld(KEY)).isFalse();
    }

    @Test
    @DisplayName("A container that leaves twice frees nothing that another has taken meanwhile")
    void whatAnotherHasIsNotFreed() {
        take("c", KEY);
        ports.free("c", KEY);
        take("d", KEY);
        ports.free("c", KEY);
        assertThat(isHeld(KEY)).isTrue();
        assertThat(host.bound).containsKey(KEY);
        ports.free("d", KEY);
        assertThat(isHeld(KEY)).isFalse();
        assertThat(host.bound).isEmpty();
    }

    @Test
    @DisplayName("Ports that could not be handed to a monitor are still the engine's, and are given back")
    void whatIsNotHandedOverIsKept() {
        take("c", KEY);
        host.togetherFails = true;
        assertThatThrownBy(() -> ports.forMonitor("c")).hasMessageContaining("too many open files");
        assertThat(host.bound).containsKey(KEY);
        host.togetherFails = false;
        assertThat(ports.forMonitor("c")).isPresent();
        ports.free("c", KEY);
        ports.ended("c");
        assertThat(host.bound).isEmpty();
    }

    @Test
    @DisplayName(
            "What a container took of another's monitor is claimed for it when the monitor ends, whatever fails of one")
    void whatAMonitorHeldIsClaimedForWhoHasIt() {
        take("c", KEY);
        take("c", OTHER);
        ports.forMonitor("c");
        ports.free("c", KEY);
        ports.free("c", OTHER);
        take("d", KEY);
        take("d", OTHER);
        host.failure = Kind.SYSTEM;
        ports.ended("c");
        host.failure = null;
        assertThat(isHeld(KEY) && isHeld(OTHER)).isTrue();
        ports.free("d", KEY);
        ports.free("d", OTHER);
        ports.ended("d");
        take("e", KEY);
        take("e", OTHER);
        assertThat(host.bound).containsOnlyKeys(KEY, OTHER);
        ports.ended("d");
        assertThat(host.bound).containsOnlyKeys(KEY, OTHER);
    }

    /** A host whose ports are had by the sockets that are open. */
    private static final class Host implements PortClaims {
        private final Map<Key, Socket> bound = new HashMap<>();
        private Kind failure;
        private boolean togetherFails;

        @Override
        public Optional<Fd> claim(int protocol, InetAddress address, int port) {
            if (failure != null) {
                throw new FeluccaException(failure, "as the test has it");
            }
            Key key = new Key(Protocol.TCP, address, port);
            if (bound.containsKey(key)) {
                throw FeluccaException.conflict("in use");
            }
            Socket socket = new Socket(this, Set.of(key));
            bound.put(key, socket);
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
            Set<Key> all = new HashSet<>();
            claims.forEach(claim -> all.addAll(((Socket) claim).keys));
            Socket holder = new Socket(this, all);
            all.forEach(key -> bound.put(key, holder));
            return holder;
        }
    }

    private static final class Socket implements Fd {
        private final Host host;
        private final Set<Key> keys;

        Socket(Host host, Set<Key> keys) {
            this.host = host;
            this.keys = keys;
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
            keys.forEach(key -> host.bound.computeIfPresent(key, (same, by) -> by == this ? null : by));
        }
    }
}
