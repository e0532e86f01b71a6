package io.felucca.shell.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.docker.json.container.ContainerJson;
import io.felucca.docker.json.image.ImageNames;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.text.Inspection;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code container inspect}. */
@CommandLine.Command(
        customSynopsis = "[OPTIONS] CONTAINER [CONTAINER...]",
        description = "Display detailed information on one or more containers")
final class ContainerInspectCommand implements Command {

    @Option(
            names = {"-f", "--format"},
            description = FormatText.OBJECT)
    String format = "";

    @Option(
            names = {"-s", "--size"},
            arity = "1",
            description = "Display total file sizes")
    boolean size;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> names = new ArrayList<>();

    private final Containers containers;
    private final Images images;

    ContainerInspectCommand(Containers containers, Images images) {
        this.containers = containers;
        this.images = images;
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public List<String> candidates() {
        return NamesCommand.names(containers);
    }

    @Override
    public int run(ClientSession user) {
        return Inspection.run(names, format, user, name -> {
            Container container = containers.inspect(name.startsWith("/") ? name.substring(1) : name);
            return size ? withSize(container, containers, images) : ContainerJson.inspect(container);
        });
    }

    private static JsonNode withSize(Container container, Containers containers, Images images) {
        long own = containers.sizeBytes(container.id());
        return ContainerJson.inspect(
                container, own, own + new ImageNames(images).of(container).sizeBytes());
    }
}
