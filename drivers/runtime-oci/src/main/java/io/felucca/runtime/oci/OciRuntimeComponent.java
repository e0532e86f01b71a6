package io.felucca.runtime.oci;

import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.linux.Processes;
import io.felucca.linux.Seccomp;
import io.felucca.linux.Sockets;
import io.felucca.runtime.spi.RuntimeDriver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The driver as a service. What it keeps lies below the engine's run root: a reboot ends every container anyway. */
@Component(
        service = RuntimeDriver.class,
        immediate = true,
        property = Drivers.NAME + "=oci",
        configurationPid = OciRuntimeConfig.PID)
@Designate(ocd = OciRuntimeConfig.class)
public final class OciRuntimeComponent extends OciRuntimeDriver {

    @Activate
    public OciRuntimeComponent(
            OciRuntimeConfig config,
            @Reference EngineRoot engine,
            @Reference Processes processes,
            @Reference Sockets sockets,
            @Reference Seccomp seccomp) {
        super(
                new Settings(
                        config.runtime(), config.monitor(), engine.execRoot().resolve("runtime-oci")),
                processes,
                sockets,
                seccomp);
    }

    @Override
    @Deactivate
    public void close() {
        super.close();
    }
}
