package io.felucca.containers.state;

import io.felucca.containers.Container;

/** The health of one run of a container, as its health checks have found it. */
public interface HealthState {

    /** As inspect and filters show it. */
    Container.Health view();

    /** The run has ended: nothing that a check finds afterwards counts. */
    void end();
}
