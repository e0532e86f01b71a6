package io.felucca.containers.services;

import io.felucca.Digest;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.images.ImageUsers;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Which containers have an image, those that are just being made too. */
@Component(service = ImageUsers.class)
public final class ImageUses implements ImageUsers {

    private final LateCore containers;

    @Activate
    public ImageUses(BundleContext context, @Reference ServiceReference<ContainerCore> containers) {
        this.containers = new LateCore(context, containers);
    }

    @Override
    public List<Use> usesOf(Digest image) {
        ContainerCore core = containers.get();
        List<Use> uses = new ArrayList<>(core.parts().createOperation.usesUnderWay(image));
        for (ManagedContainer container : core.parts().registry.all()) {
            if (container.record().image().equals(image)) {
                uses.add(new Use(
                        container.id,
                        container.record().name(),
                        container.state().active()));
            }
        }
        return uses;
    }
}
