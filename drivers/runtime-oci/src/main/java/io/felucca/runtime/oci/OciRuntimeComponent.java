package io.felucca.runtime.oci;

import io.felucca.engine.Driver;
import io.felucca.engine.EngineRoot;
import io.felucca.linux.Processes;
import io.felucca.linux.Seccomp;
import io.felucca.linux.Sockets;
import io.felucca.runtime.spi.RuntimeDriver;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** The drivers as services, the choosing one and one for each named runtime. What they keep lies below the engine's run root: a reboot ends every container anyway. */
@Component(service = RuntimeDriver.class, immediate = true, configurationPid = OciRuntimeConfig.PID)
@Driver(kind = RuntimeDriver.KIND, name = "oci")
@Designate(ocd = OciRuntimeConfig.class)
public final class OciRuntimeComponent extends OciRuntimeDriver {

    private final Map<String, OciRuntimeDriver> named = new LinkedHashMap<>();
    private NamedRuntimes registered;

    @Activate
    public OciRuntimeComponent(
            OciRuntimeConfig config,
            @Reference EngineRoot engine,
            @Reference Processes processes,
            @Reference Sockets sockets,
            @Reference Seccomp seccomp) {
        super(new RuntimeSettings(config.runtime(), config.monitor(), directory(engine)), processes, sockets, seccomp);
        NamedRuntimes.read(config.runtimes(), config.monitor(), directory(engine))
                .forEach(settings ->
                        named.put(settings.driver(), new OciRuntimeDriver(settings, processes, sockets, seccomp)));
    }

    @Activate
    void register(BundleContext context) {
        registered = new NamedRuntimes(context, named);
    }

    private static Path directory(EngineRoot engine) {
        return engine.execRoot().resolve("runtime-oci");
    }

    @Override
    @Deactivate
    public void close() {
        registered.close();
        super.close();
    }
}
