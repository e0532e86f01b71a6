package io.felucca.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.LinkDriver.HostsEntry;
import io.felucca.network.spi.LinkDriver.Link;
import io.felucca.network.spi.LinkDriver.Port;
import io.felucca.network.spi.LinkDriver.Recipient;
import io.felucca.network.spi.LinkDriver.Source;
import io.felucca.network.spi.NetworkDriver.Opening;
import io.felucca.network.spi.Protocol;
import io.felucca.testkit.network.LinkDriverContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class LegacyLinkDriverTest extends LinkDriverContract {

    @Override
    protected LinkDriver driver() {
        return new LegacyLinkDriver();
    }

    /** As dockerd 20.10.24 gave them, sorted. */
    private static final String SEEN = """
            MY_DB_ENV_FOO=a=b
            MY_DB_ENV_PGDATA=/x
            MY_DB_NAME=/web/my-db
            MY_DB_PORT=tcp://172.17.0.2:53
            MY_DB_PORT_5432_TCP=tcp://172.17.0.2:5432
            MY_DB_PORT_5432_TCP_ADDR=172.17.0.2
            MY_DB_PORT_5432_TCP_PORT=5432
            MY_DB_PORT_5432_TCP_PROTO=tcp
            MY_DB_PORT_53_TCP=tcp://172.17.0.2:53
            MY_DB_PORT_53_TCP_ADDR=172.17.0.2
            MY_DB_PORT_53_TCP_PORT=53
            MY_DB_PORT_53_TCP_PROTO=tcp
            MY_DB_PORT_53_UDP=udp://172.17.0.2:53
            MY_DB_PORT_53_UDP_ADDR=172.17.0.2
            MY_DB_PORT_53_UDP_PORT=53
            MY_DB_PORT_53_UDP_PROTO=udp
            MY_DB_PORT_80_UDP=udp://172.17.0.2:80
            MY_DB_PORT_80_UDP_ADDR=172.17.0.2
            MY_DB_PORT_80_UDP_END=udp://172.17.0.2:82
            MY_DB_PORT_80_UDP_PORT=80
            MY_DB_PORT_80_UDP_PORT_END=82
            MY_DB_PORT_80_UDP_PORT_START=80
            MY_DB_PORT_80_UDP_PROTO=udp
            MY_DB_PORT_80_UDP_START=udp://172.17.0.2:80
            MY_DB_PORT_81_UDP=udp://172.17.0.2:81
            MY_DB_PORT_81_UDP_ADDR=172.17.0.2
            MY_DB_PORT_81_UDP_PORT=81
            MY_DB_PORT_81_UDP_PROTO=udp
            MY_DB_PORT_82_UDP=udp://172.17.0.2:82
            MY_DB_PORT_82_UDP_ADDR=172.17.0.2
            MY_DB_PORT_82_UDP_PORT=82
            MY_DB_PORT_82_UDP_PROTO=udp
            """;

    @Test
    void s150TheVariablesAreThoseOfDockerd() {
        Link link = driver().link(
                        new Recipient("web", List.of(Cidr.parseAddress("172.17.0.3"))),
                        new Source(
                                "my-db",
                                "postgres",
                                "4fc3908c297e",
                                List.of(Cidr.parseAddress("172.17.0.2")),
                                List.of(
                                        new Port(Protocol.TCP, 5432),
                                        new Port(Protocol.UDP, 82),
                                        new Port(Protocol.UDP, 80),
                                        new Port(Protocol.UDP, 81),
                                        new Port(Protocol.UDP, 53),
                                        new Port(Protocol.TCP, 53)),
                                List.of("PATH=/bin", "PGDATA=/x", "HOME=/", "FOO=a=b", "NOTHING")));

        assertThat(link.env().stream().distinct().sorted())
                .isEqualTo(SEEN.lines().sorted().toList());
        assertThat(link.hosts())
                .containsExactly(
                        new HostsEntry(Cidr.parseAddress("172.17.0.2"), List.of("my-db", "4fc3908c297e", "postgres")));
        assertThat(link.openings())
                .hasSize(6)
                .contains(new Opening(
                        Cidr.parseAddress("172.17.0.3"), Cidr.parseAddress("172.17.0.2"), Protocol.UDP, 80));
    }
}
