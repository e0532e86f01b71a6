package io.felucca.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.LinkDriver.Link;
import io.felucca.network.spi.LinkDriver.Port;
import io.felucca.network.spi.LinkDriver.Recipient;
import io.felucca.network.spi.LinkDriver.Source;
import io.felucca.network.spi.NetworkDriver.Opening;
import io.felucca.network.spi.Protocol;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every link driver must do. A driver's test is this class and {@link #driver}. */
public abstract class LinkDriverContract {

    private static final InetAddress WEB = Cidr.parseAddress("172.17.0.3");
    private static final InetAddress DB = Cidr.parseAddress("172.17.0.2");

    protected abstract LinkDriver driver();

    private Link link(List<Port> exposed) {
        return driver().link(
                        new Recipient("web", List.of(WEB)),
                        new Source("db", "postgres", "0123456789ab", List.of(DB), exposed, List.of("A=b")));
    }

    @Test
    void s149TheAliasIsAName() {
        Link link = link(List.of());
        assertThat(link.hosts()).singleElement().satisfies(entry -> {
            assertThat(entry.address()).isEqualTo(DB);
            assertThat(entry.names()).contains("db", "postgres", "0123456789ab");
        });
    }

    @Test
    void s150TheRecipientSeesNameAndVariablesOfTheSource() {
        assertThat(link(List.of(new Port(Protocol.TCP, 5432))).env())
                .contains(
                        "DB_NAME=/web/db",
                        "DB_ENV_A=b",
                        "DB_PORT=tcp://172.17.0.2:5432",
                        "DB_PORT_5432_TCP=tcp://172.17.0.2:5432",
                        "DB_PORT_5432_TCP_ADDR=172.17.0.2",
                        "DB_PORT_5432_TCP_PORT=5432",
                        "DB_PORT_5432_TCP_PROTO=tcp");
        assertThat(link(List.of()).env()).containsExactlyInAnyOrder("DB_NAME=/web/db", "DB_ENV_A=b");
    }

    @Test
    void s152EachExposedPortIsOpened() {
        assertThat(link(List.of(new Port(Protocol.TCP, 5432), new Port(Protocol.UDP, 53)))
                        .openings())
                .containsExactlyInAnyOrder(
                        new Opening(WEB, DB, Protocol.TCP, 5432), new Opening(WEB, DB, Protocol.UDP, 53));
        assertThat(link(List.of()).openings()).isEmpty();
    }
}
