package io.felucca.storage.layers;

import io.felucca.IdMap;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.engine.RequiresDriver;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/** The service. It watches drivers come and go; to call them it leases them as everybody does. */
@Component(service = Storage.class, configurationPid = StorageConfig.PID, immediate = true)
@Designate(ocd = StorageConfig.class)
@RequiresDriver(StorageDriver.KIND)
public final class StorageComponent implements Storage {

    private final DriverArrivals arrivals = new DriverArrivals();
    private final DriverOptions options;
    private final OpenStores stores;
    private final LayerMounts mounts;
    private final ContainerLayers layers;
    private final DriverChoice choice;

    @Activate
    public StorageComponent(
            StorageConfig config,
            @Reference EngineRoot root,
            @Reference Drivers drivers,
            @Reference Directories directories,
            @Reference Mounts kernelMounts) {
        Path storageRoot = root.dataRoot().resolve("storage");
        options = new DriverOptions(config.driver(), config.options());
        stores = new OpenStores(drivers, arrivals, options, storageRoot);
        mounts = new LayerMounts(stores, kernelMounts, directories, storageRoot, root.execRoot());
        layers = new ContainerLayers(stores, mounts, directories);
        choice = new DriverChoice(stores, arrivals, options, storageRoot);
        arrivals.onArrival(mounts::catchUp);
    }

    @Modified
    void modified(StorageConfig config) {
        options.set(config.driver(), config.options());
    }

    @Deactivate
    void deactivate() {
        arrivals.close();
        mounts.close();
        stores.close();
    }

    @Reference(
            service = StorageDriver.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void bindDriver(ServiceReference<StorageDriver> driver) {
        if (driver.getProperty(StorageDriver.OPTION_PREFIX) instanceof String prefix) {
            prefix(nameOf(driver), prefix);
        }
        arrived(nameOf(driver));
    }

    void prefix(String driver, String prefix) {
        options.prefix(driver, prefix);
    }

    void arrived(String driver) {
        arrivals.arrived(driver);
    }

    void unbindDriver(ServiceReference<StorageDriver> driver) {
        stores.retire(nameOf(driver));
    }

    private static String nameOf(ServiceReference<StorageDriver> driver) {
        return String.valueOf(driver.getProperty(Drivers.NAME));
    }

    @Override
    public String defaultDriver() {
        return choice.choose();
    }

    @Override
    public List<String> drivers() {
        return stores.drivers();
    }

    @Override
    public List<String> used() {
        return stores.drivers().stream().filter(stores::isUsed).toList();
    }

    @Override
    public Map<String, String> status(String driver) {
        return stores.with(driver, LayerStore::status);
    }

    @Override
    public Map<String, String> data(String driver, String key) {
        Map<String, String> data = Storage.super.data(driver, key);
        if (data.isEmpty()) {
            return data;
        }
        Map<String, String> whole = new TreeMap<>(data);
        whole.put("MergedDir", mounts.mountPoint(new LayerName(driver, key)).toString());
        return whole;
    }

    @Override
    public <R> R with(String driver, Function<? super LayerStore, ? extends R> work) {
        return stores.with(driver, work);
    }

    @Override
    public Path mount(String driver, String key, String user) {
        return mounts.mount(driver, key, user);
    }

    @Override
    public void unmount(String driver, String key, String user) {
        mounts.unmount(driver, key, user);
    }

    @Override
    public void detach(String driver, String key, String user) {
        mounts.detach(driver, key, user);
    }

    @Override
    public void prepareContainer(String driver, String key, String chainId, IdMap idMap, long sizeBytes) {
        layers.prepare(driver, key, chainId, idMap, sizeBytes);
    }

    @Override
    public void remove(String driver, String key) {
        layers.remove(driver, key);
    }

    @Override
    public void removeImageLayer(String driver, String chainId) {
        layers.removeImageLayer(driver, chainId);
    }

    @Override
    public void unmountUnused() {
        mounts.unmountUnused();
    }
}
