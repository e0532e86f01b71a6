package io.felucca.portmap.iptables;

import io.felucca.engine.EngineRoot;
import io.felucca.linux.kernel.net.KernelConntrack;
import io.felucca.linux.kernel.net.KernelNamespaces;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.network.spi.PortMapper;
import io.felucca.testkit.network.PortMapperContract;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("root")
class IptablesPortMapperContractTest extends PortMapperContract {

    @Override
    protected PortMapper mapper(EngineRoot engine) {
        return new IptablesPortMapper(engine, new KernelProcesses(), new KernelNamespaces(), new KernelConntrack());
    }

    @Override
    protected void flushRules() {
        for (String program : List.of("iptables", "ip6tables")) {
            for (String table : List.of("nat", "raw")) {
                run(program, "-t", table, "-F");
                run(program, "-t", table, "-X");
            }
        }
    }

    private void run(String... argv) {
        bench().inHost(() -> new KernelProcesses()
                .run(List.of(argv), List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), new byte[0], 10_000));
    }
}
