package io.felucca.images;

import io.felucca.Digest;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Who uses images: a service that the containers' core provides, asked before an image is removed. */
@ConsumerType
public interface ImageUsers {

    /** @param running whether stopping it would matter: rmi -f removes a stopped container's image, never a running one's */
    record Use(String containerId, String containerName, boolean running) {}

    List<Use> usesOf(Digest image);
}
