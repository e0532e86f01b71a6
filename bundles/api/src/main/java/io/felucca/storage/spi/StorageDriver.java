package io.felucca.storage.spi;

import io.felucca.engine.DriverKind;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Opens stores of layers. A stateless service with {@link io.felucca.engine.Driver} (its name, such as
 * {@code overlay2}); registering does no I/O. All it knows is on disk below the root it is given, so that it can be
 * stopped, replaced and started while containers run on its layers.
 */
@ConsumerType
@DriverKind(StorageDriver.KIND)
public interface StorageDriver {

    /** The kind of driver, for {@link io.felucca.engine.Driver#kind}. */
    String KIND = "storage";

    /** A service property: how the driver's {@code --storage-opt} pairs begin, where that is not its name. */
    String OPTION_PREFIX = "felucca.driver.options";

    /**
     * Says whether this driver can work on a root here: empty when it can, else the reason and what to do. Leaves
     * nothing behind.
     *
     * @param root an existing folder of the driver's own
     * @param options {@code --storage-opt} pairs that start with the driver's name (or its
     *     {@link #OPTION_PREFIX}) and a dot, which are cut
     */
    Optional<String> probe(Path root, Map<String, String> options);

    /**
     * Opens the store on a root, finishing or undoing what a crash left half-made.
     *
     * @throws io.felucca.FeluccaException INVALID for an unknown option (named), UNSUPPORTED when {@link #probe} fails
     */
    LayerStore open(Path root, Map<String, String> options);
}
