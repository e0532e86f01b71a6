package io.felucca.shell.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container;
import io.felucca.docker.json.NetworkJson;
import io.felucca.docker.json.VolumeJson;
import io.felucca.docker.json.container.ContainerJson;
import io.felucca.docker.json.image.ImageJson;
import io.felucca.docker.json.image.ImageNames;
import io.felucca.docker.json.system.InfoJson;
import io.felucca.networks.Network;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.text.Inspection;
import io.felucca.shell.user.ClientSession;
import io.felucca.volumes.Volume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: whatever has the name, a container first, then an image, a network, a volume. */
@CommandLine.Command(
        customSynopsis = "[OPTIONS] NAME|ID [NAME|ID...]",
        description = "Return low-level information on Docker objects")
final class InspectCommand implements Command {

    @Option(
            names = {"-f", "--format"},
            description = FormatText.OBJECT)
    String format = "";

    @Option(
            names = {"-s", "--size"},
            arity = "1",
            description = "Display total file sizes if the type is container")
    boolean size;

    @Option(names = "--type", description = "Only inspect objects of the given type")
    String type = "";

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> names = new ArrayList<>();

    private final InfoJson.Sources engine;
    private final Map<String, Function<String, JsonNode>> types = new LinkedHashMap<>();

    InspectCommand(InfoJson.Sources engine) {
        this.engine = engine;
        types.put("container", this::container);
        types.put("image", name -> ImageJson.inspect(engine.images().get(name), engine.storage()));
        types.put("network", name -> NetworkJson.inspect(engine.networks().get(name), true));
        types.put("volume", name -> VolumeJson.inspect(engine.volumes().get(name)));
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public List<String> candidates() {
        List<String> all = new ArrayList<>();
        engine.containers().list(true, Map.of()).forEach(container -> all.add(container.name()));
        all.addAll(ImageNames.all(engine.images()));
        engine.networks().list(Map.of()).stream().map(Network::name).forEach(all::add);
        engine.volumes().list(Map.of()).stream().map(Volume::name).forEach(all::add);
        return all;
    }

    @Override
    public int run(ClientSession user) {
        if (!type.isEmpty() && !types.containsKey(type)) {
            throw new CommandFailure(
                    1,
                    "unknown type: \"" + type + "\": must be one of "
                            + types.keySet().stream()
                                    .map(known -> "\"" + known + "\"")
                                    .collect(Collectors.joining(", ")));
        }
        return Inspection.run(names, format, user, this::find);
    }

    private JsonNode find(String name) {
        if (!type.isEmpty()) {
            return types.get(type).apply(name);
        }
        for (Function<String, JsonNode> finder : types.values()) {
            try {
                return finder.apply(name);
            } catch (FeluccaException e) {
                // A name that an image or a volume cannot have may be another's.
                if (!Set.of(Kind.NOT_FOUND, Kind.INVALID).contains(e.kind())) {
                    throw e;
                }
            }
        }
        throw new CommandFailure(1, "Error: No such object: " + name);
    }

    private JsonNode container(String name) {
        Container container = engine.containers().inspect(name.startsWith("/") ? name.substring(1) : name);
        if (!size) {
            return ContainerJson.inspect(container);
        }
        long own = engine.containers().sizeBytes(container.id());
        long image = new ImageNames(engine.images()).of(container).sizeBytes();
        return ContainerJson.inspect(container, own, own + image);
    }
}
