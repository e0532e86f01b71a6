package io.felucca.engine;

import java.util.List;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Leases of driver services: the only way by which core bundles reach a driver. A driver is an OSGi service of its
 * kind's SPI interface with the properties {@value #KIND} and {@value #NAME}, as {@link Driver} makes it one. When it unregisters, new leases wait for a replacement, and
 * its unregistering blocks until the leases that are out have come back, 10 s at most; then their threads are
 * interrupted and the leases are lost. Of two drivers of one name the one with the higher {@code service.ranking} gets
 * new leases. Thread-safe. It holds no lock while a driver is called.
 */
@ProviderType
public interface Drivers {

    /** The service property that says which kind of driver it is: {@code storage}, {@code runtime}, {@code log}. */
    String KIND = "felucca.driver.kind";

    /** The service property that names a driver: {@code overlay2}, {@code oci}, {@code json-file}. */
    String NAME = "felucca.driver.name";

    /** How long {@link #lease} waits for a driver that is away, in milliseconds. */
    long WAIT_MILLIS = 5_000;

    /**
     * Leases a driver, waiting up to {@link #WAIT_MILLIS} for it.
     *
     * @throws io.felucca.FeluccaException UNAVAILABLE, naming kind and driver, when it does not come back in time;
     *     NOT_FOUND when no driver of that kind and name has been seen since the engine started
     */
    <D> Lease<D> lease(Class<D> kind, String name);

    /** Leases a driver for one call. What is returned must not depend on the driver; see {@link #lease} for errors. */
    default <D, R> R call(Class<D> kind, String name, Function<? super D, ? extends R> work) {
        try (Lease<D> lease = lease(kind, name)) {
            return work.apply(lease.driver());
        }
    }

    /** Names of the drivers of a kind that are there now, sorted. */
    List<String> names(Class<?> kind);

    /**
     * Tells of each driver of a kind that comes from now on, once it can be leased.
     *
     * @param came called on the thread that brings the driver: it returns at once and calls no driver
     * @return ends it
     */
    Watch watch(Class<?> kind, Runnable came);

    /** Closing ends it; closing twice does nothing. */
    interface Watch extends AutoCloseable {

        @Override
        void close();
    }

    /**
     * A driver held for the time of a call or a stream. Closing gives it back; closing twice does nothing. Any thread
     * may close.
     *
     * @param <D> the driver's SPI
     */
    interface Lease<D> extends AutoCloseable {

        /** @throws io.felucca.FeluccaException UNAVAILABLE when the lease was lost */
        D driver();

        /** True when the driver went away and did not wait longer: what is under way with it must fail whole. */
        boolean lost();

        @Override
        void close();
    }
}
