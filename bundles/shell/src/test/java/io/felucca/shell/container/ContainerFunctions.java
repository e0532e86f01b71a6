package io.felucca.shell.container;

import io.felucca.containers.Containers;
import io.felucca.images.Images;
import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeRegistry;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.registry.ImagePull;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;

/** The commands of containers, for tests of other packages. */
public final class ContainerFunctions {

    private ContainerFunctions() {}

    public static List<NamedFunction> of(Containers containers, Images images) {
        return ContainerCommands.functions(
                containers,
                null,
                images,
                new ImagePull(FakeRegistry::new),
                Clock.fixed(FakeContainers.NOW, ZoneOffset.UTC));
    }
}
