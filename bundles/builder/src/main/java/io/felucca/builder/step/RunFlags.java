package io.felucca.builder.step;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.dockerfile.Instruction;
import io.felucca.dockerfile.RunMount;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What the flags of RUN change in its container. */
final class RunFlags {

    private RunFlags() {}

    /** @throws FeluccaException INVALID for a wrong value, UNSUPPORTED for what is not built */
    static HostConfig apply(HostConfig host, Instruction.Pair flag) {
        return switch (flag.name()) {
            case "network" ->
                switch (flag.value()) {
                    case "default" -> host;
                    case "none", "host" -> host.withNetwork(flag.value(), Map.of(), List.of());
                    default -> throw FeluccaException.invalid("invalid network mode: \"" + flag.value() + "\"");
                };
            // StepMounts makes the mounts ready.
            case "mount" -> host;
            case "security" -> {
                if (!List.of("sandbox").contains(flag.value())) {
                    throw FeluccaException.unsupported("RUN --security=" + flag.value()
                            + " is not supported by this builder; leave it out, or run a privileged container");
                }
                yield host;
            }
            default ->
                throw FeluccaException.unsupported(
                        "RUN --" + flag.name() + " is not supported by this builder; leave it out");
        };
    }

    /** The mounts, with variables replaced. @throws FeluccaException INVALID with BuildKit's text */
    static List<RunMount> mounts(List<Instruction.Pair> flags, UnaryOperator<String> expand) {
        return flags.stream()
                .filter(flag -> flag.name().equals("mount"))
                .map(flag -> RunMount.parse(expand.apply(flag.value())))
                .toList();
    }
}
