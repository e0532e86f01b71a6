package io.felucca.engine;

import java.io.InputStream;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bundles that bring drivers: {@code felucca driver ls|install|update|stop|start|uninstall}. A bundle is named by
 * its symbolic name, its id or the name of a driver that it brings. {@code io.felucca.api}, {@code io.felucca.linux}
 * and {@code io.felucca.linux.native} are no drivers and are refused.
 */
@ProviderType
public interface DriverBundles {

    /**
     * @param id the framework's id
     * @param symbolicName bundle symbolic name
     * @param version bundle version
     * @param state {@code ACTIVE}, {@code RESOLVED}, {@code INSTALLED}…
     * @param drivers {@code kind/name} of each driver that it provides now, such as {@code storage/overlay2}
     */
    record DriverBundle(long id, String symbolicName, String version, String state, List<String> drivers) {}

    /** Bundles under {@code io.felucca} that provide or require a driver capability, and those dropped in. */
    List<DriverBundle> list();

    /** Installs and starts. @throws io.felucca.FeluccaException INVALID for what is no bundle, CONFLICT when installed */
    DriverBundle install(InputStream jar, String location);

    /** Replaces the bundle in place and starts it. @throws io.felucca.FeluccaException NOT_FOUND, INVALID, FORBIDDEN */
    DriverBundle update(String name, InputStream jar);

    /** @throws io.felucca.FeluccaException NOT_FOUND, FORBIDDEN */
    DriverBundle stop(String name);

    /** @throws io.felucca.FeluccaException NOT_FOUND, SYSTEM when it does not resolve */
    DriverBundle start(String name);

    /** @throws io.felucca.FeluccaException NOT_FOUND, FORBIDDEN */
    void uninstall(String name);
}
