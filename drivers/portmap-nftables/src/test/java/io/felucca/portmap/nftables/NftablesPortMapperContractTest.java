package io.felucca.portmap.nftables;

import static io.felucca.testkit.network.PortBench.ANY;
import static io.felucca.testkit.network.PortBench.publication;
import static io.felucca.testkit.network.PortBench.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.engine.EngineRoot;
import io.felucca.linux.kernel.net.KernelConntrack;
import io.felucca.linux.kernel.net.KernelNftables;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.PortMapper;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.PortMapper.Publication;
import io.felucca.network.spi.PortMapper.Relayed;
import io.felucca.network.spi.Protocol;
import io.felucca.testkit.network.PortMapperContract;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class NftablesPortMapperContractTest extends PortMapperContract {

    @Override
    protected PortMapper mapper(EngineRoot engine) {
        return new NftablesPortMapper(engine, new KernelNftables(), new KernelConntrack());
    }

    @Override
    protected void flushRules() {
        nft("flush ruleset");
    }

    private String nft(String commands) {
        return bench().nft(commands);
    }

    @Test
    void b6ARangeIsOneElement() {
        bench().publish(publication(2, tcp(ANY, 8000, 2, 8000, 1000)));
        assertThat(nft("list map inet felucca-0123456789ab-ports anyrange4"))
                .contains("elements = { tcp . 8000-8999 : 10.1.0.2 }");
        assertThat(nft("list map inet felucca-0123456789ab-ports any4")).doesNotContain("elements");
    }

    @Test
    void theTableIsTheSameHoweverOftenItIsEnsured() {
        bench().publish(publication(2, tcp(ANY, 8080, 2, 80, 1)));
        bench().ensure(publication(2, tcp(ANY, 8080, 2, 80, 1)));
        String rules = nft("list ruleset");
        bench().ensure(publication(2, tcp(ANY, 8080, 2, 80, 1)));
        assertThat(nft("list ruleset")).isEqualTo(rules);
    }

    @Test
    @DisplayName("issue 11: without a library the rules are those that nft makes of the words for them")
    void theRulesAreThoseThatNftMakes() throws Exception {
        bench().publish(publication(2, tcp(ANY, 8080, 2, 80, 1), tcp(ANY, 8000, 2, 8000, 10)));
        bench().publish(publication(3, tcp(Cidr.parseAddress("192.0.2.1"), 9000, 3, 80, 2)));
        bench().publish(new Publication(
                "c4",
                "br-4",
                List.of(new Binding(Protocol.UDP, Cidr.parseAddress("::"), 53, Cidr.parseAddress("fd00:1::2"), 53, 1)),
                List.of(
                        new Relayed(Protocol.TCP, Cidr.parseAddress("::1"), 7000, 1, 40000),
                        new Relayed(Protocol.UDP, Cidr.parseAddress("::"), 7000, 100, 40001))));
        bench().inHost(() -> {
            bench().mapper()
                    .redirect(bench().host(), new InetSocketAddress(Cidr.parseAddress("127.0.0.11"), 53), 4444, 5555);
            return null;
        });
        Path asNft = bench().newNamespace();
        bench().nft(
                        asNft,
                        new String(getClass().getResourceAsStream("rules.nft").readAllBytes(), StandardCharsets.UTF_8));

        // nft asks for the protocol before each redirection; the maps have no other than these.
        String expected = bench().ruleset(asNft).replace("meta l4proto { tcp, udp } ", "");
        assertThat(bench().ruleset(bench().host())).isEqualTo(expected);
    }
}
