package io.felucca.volumes;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Who uses volumes: a service that the containers' core provides, asked before a volume is removed. Without any such
 * service nothing is removed.
 */
@ConsumerType
public interface VolumeUsers {

    /** @param running whether it has the volume mounted now, or is being started with it */
    record Use(String containerId, boolean running) {}

    /** Containers that name the volume, those that are being created included. */
    List<Use> usesOf(String volume);

    /** Pauses the running containers that can write to the volume; closing lets those that were paused by this go on. */
    Hold hold(String volume);

    /** Ends a pause. Closing twice does nothing. */
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }
}
