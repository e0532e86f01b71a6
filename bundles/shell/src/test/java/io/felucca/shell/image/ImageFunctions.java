package io.felucca.shell.image;

import io.felucca.images.Images;
import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeRegistry;
import io.felucca.shell.build.BuildFunctions;
import io.felucca.shell.command.NamedFunction;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;

/** The commands of images, for tests of other packages. */
public final class ImageFunctions {

    private ImageFunctions() {}

    public static List<NamedFunction> of(Images images) {
        return ImageCommands.functions(
                images,
                null,
                BuildFunctions.build(() -> null, () -> null),
                FakeRegistry::new,
                Clock.fixed(FakeContainers.NOW, ZoneOffset.UTC));
    }
}
