package io.felucca.images.config;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.ConfigChanges;
import io.felucca.dockerfile.Dockerfile;
import io.felucca.images.ImageConfig;
import java.util.List;
import java.util.Set;

/** Applies Dockerfile instructions to a configuration: {@code import --change} and {@code commit --change}. */
public final class ConfigInstructions {

    private static final Set<String> ALLOWED = Set.of(
            "cmd",
            "entrypoint",
            "env",
            "expose",
            "healthcheck",
            "label",
            "onbuild",
            "stopsignal",
            "user",
            "volume",
            "workdir");

    private ConfigInstructions() {}

    /** @throws FeluccaException INVALID with Docker's text */
    public static ImageConfig apply(ImageConfig base, List<String> instructions) {
        if (instructions.isEmpty()) {
            return base;
        }
        for (String name : Dockerfile.names(instructions)) {
            if (!ALLOWED.contains(name)) {
                throw FeluccaException.invalid(name + " is not a valid change command");
            }
        }
        ConfigChanges changes = new ConfigChanges(base, '\\');
        Dockerfile.instructions(instructions).forEach(step -> changes.apply(step.instruction()));
        return changes.result();
    }
}
