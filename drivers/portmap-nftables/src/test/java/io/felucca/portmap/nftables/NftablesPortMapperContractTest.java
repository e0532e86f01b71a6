package io.felucca.portmap.nftables;

import static io.felucca.testkit.PortBench.ANY;
import static io.felucca.testkit.PortBench.publication;
import static io.felucca.testkit.PortBench.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.engine.EngineRoot;
import io.felucca.linux.kernel.KernelConntrack;
import io.felucca.linux.kernel.LibNftables;
import io.felucca.network.spi.PortMapper;
import io.felucca.testkit.PortMapperContract;
import org.junit.jupiter.api.Test;

class NftablesPortMapperContractTest extends PortMapperContract {

    @Override
    protected PortMapper mapper(EngineRoot engine) {
        return new NftablesPortMapper(engine, new LibNftables(), new KernelConntrack());
    }

    @Override
    protected void flushRules() {
        nft("flush ruleset");
    }

    private String nft(String commands) {
        return new LibNftables().run(bench().host(), commands);
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
}
