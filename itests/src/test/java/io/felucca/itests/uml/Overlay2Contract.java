package io.felucca.itests.uml;

import io.felucca.linux.kernel.KernelDirectories;
import io.felucca.linux.kernel.KernelMounts;
import io.felucca.linux.kernel.KernelProjectQuotas;
import io.felucca.storage.overlay2.Overlay2Driver;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.StorageDriverContract;
import java.io.PrintWriter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The contract of storage drivers for overlay2, with a main method that {@link OldKernelIT} runs under its kernel. */
class Overlay2Contract extends StorageDriverContract {

    @Override
    protected StorageDriver driver() {
        return new Overlay2Driver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas());
    }

    public static void main(String[] arguments) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(Overlay2Contract.class))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printTo(new PrintWriter(System.out));
        summary.printFailuresTo(new PrintWriter(System.out));
        System.exit(summary.getTotalFailureCount() == 0 && summary.getTestsSucceededCount() > 30 ? 0 : 1);
    }
}
