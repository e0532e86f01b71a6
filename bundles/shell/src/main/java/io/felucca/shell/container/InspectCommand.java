package io.felucca.shell.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.docker.json.ContainerJson;
import io.felucca.docker.json.ImageJson;
import io.felucca.docker.json.ImageNames;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.text.Inspection;
import io.felucca.shell.user.UserSide;
import io.felucca.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect} of containers and images, {@code container inspect} of containers alone. */
abstract class InspectCommand implements Command {

    @Option(
            names = {"-f", "--format"},
            description = FormatText.OBJECT)
    String format = "";

    @Option(
            names = {"-s", "--size"},
            arity = "1",
            description = "Display total file sizes if the type is container")
    boolean size;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> names = new ArrayList<>();

    final Containers containers;
    final Images images;

    private InspectCommand(Containers containers, Images images) {
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

    final JsonNode container(String name) {
        Container container = containers.get(name.startsWith("/") ? name.substring(1) : name);
        if (!size) {
            return ContainerJson.inspect(container);
        }
        long own = containers.sizeBytes(container.id());
        return ContainerJson.inspect(
                container, own, own + new ImageNames(images).of(container).sizeBytes());
    }

    @CommandLine.Command(
            customSynopsis = "[OPTIONS] CONTAINER [CONTAINER...]",
            description = "Display detailed information on one or more containers")
    static final class OfContainers extends InspectCommand {

        OfContainers(Containers containers, Images images) {
            super(containers, images);
        }

        @Override
        public int run(UserSide user) {
            return Inspection.run(names, format, user, this::container);
        }
    }

    @CommandLine.Command(
            customSynopsis = "[OPTIONS] NAME|ID [NAME|ID...]",
            description = "Return low-level information on Docker objects")
    static final class OfAll extends InspectCommand {

        private static final Set<String> TYPES = Set.of("", "container", "image");

        @Option(names = "--type", description = "Only inspect objects of the given type")
        String type = "";

        private final Storage storage;

        OfAll(Containers containers, Images images, Storage storage) {
            super(containers, images);
            this.storage = storage;
        }

        @Override
        public List<String> candidates() {
            List<String> all = new ArrayList<>(super.candidates());
            all.addAll(ImageNames.all(images));
            return all;
        }

        @Override
        public int run(UserSide user) {
            if (!TYPES.contains(type)) {
                throw new CommandFailure(1, "unknown type: \"" + type + "\": must be one of \"container\", \"image\"");
            }
            return Inspection.run(names, format, user, this::find);
        }

        private JsonNode find(String name) {
            try {
                if (type.equals("image")) {
                    return ImageJson.inspect(images.get(name), storage.defaultDriver());
                }
                return container(name);
            } catch (FeluccaException e) {
                if (!type.isEmpty() || e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
            }
            try {
                return ImageJson.inspect(images.get(name), storage.defaultDriver());
            } catch (FeluccaException e) {
                if (e.kind() == Kind.NOT_FOUND || e.kind() == Kind.INVALID) {
                    throw new CommandFailure(1, "Error: No such object: " + name, e);
                }
                throw e;
            }
        }
    }
}
