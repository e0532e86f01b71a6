package io.felucca.containers.services;

import io.felucca.FeluccaException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * The façade for those whom the stores below it ask who uses what is theirs. It needs these stores itself, so it is fetched
 * when they ask, not when their reference is bound: then it may be just what is being made. Thread-safe.
 */
final class LateCore {

    private final BundleContext context;
    private final ServiceReference<ContainerCore> reference;
    private ContainerCore core;

    LateCore(BundleContext context, ServiceReference<ContainerCore> reference) {
        this.context = context;
        this.reference = reference;
    }

    /** @throws FeluccaException UNAVAILABLE when the containers are going away */
    synchronized ContainerCore get() {
        if (core == null) {
            core = context.getService(reference);
        }
        if (core == null) {
            throw FeluccaException.unavailable("the engine's containers are away: start their bundle, then try again");
        }
        return core;
    }
}
