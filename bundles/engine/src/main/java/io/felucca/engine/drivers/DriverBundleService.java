package io.felucca.engine.drivers;

import io.felucca.engine.DriverBundles;
import io.felucca.engine.EngineRoot;
import java.io.InputStream;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@link DriverBundles} as a service; the work is in {@link FrameworkBundles}. */
@Component
public final class DriverBundleService implements DriverBundles {

    private final FrameworkBundles bundles;

    @Activate
    public DriverBundleService(BundleContext context, @Reference EngineRoot root) {
        bundles = new FrameworkBundles(
                context.getBundle(0).getBundleContext(), root.execRoot().resolve("driver-jars"));
    }

    @Override
    public List<DriverBundle> list() {
        return bundles.list();
    }

    @Override
    public DriverBundle install(InputStream jar, String location) {
        return bundles.install(jar, location);
    }

    @Override
    public DriverBundle update(String name, InputStream jar) {
        return bundles.update(name, jar);
    }

    @Override
    public DriverBundle stop(String name) {
        return bundles.stop(name);
    }

    @Override
    public DriverBundle start(String name) {
        return bundles.start(name);
    }

    @Override
    public void uninstall(String name) {
        bundles.uninstall(name);
    }
}
