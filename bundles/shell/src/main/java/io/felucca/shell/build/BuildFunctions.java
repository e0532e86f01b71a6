package io.felucca.shell.build;

import io.felucca.builder.Builder;
import io.felucca.images.Layers;
import io.felucca.shell.command.CommandGroup;
import io.felucca.shell.command.ShellFunction;
import io.felucca.shell.command.ShellFunction.Maker;
import java.util.function.Supplier;

/** Makes the commands that build images. */
public final class BuildFunctions {

    private BuildFunctions() {}

    /** {@code build}, by all its names. The suppliers are asked for each run; they throw UNAVAILABLE. */
    public static Maker build(Supplier<Builder> builder, Supplier<Layers> layers) {
        return ShellFunction.of(() -> new BuildCommand(builder, layers), "image build", "build", "builder build");
    }

    public static CommandGroup group(Maker build, Supplier<Builder> builder) {
        return new CommandGroup("builder", "Manage builds")
                .with(build, "build")
                .with(ShellFunction.of(() -> new CachePruneCommand(builder)), "prune");
    }
}
