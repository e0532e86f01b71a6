package io.felucca.shell.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.docker.json.container.ContainerJson;
import io.felucca.docker.json.container.PortsJson;
import io.felucca.docker.json.image.ImageNames;
import io.felucca.docker.text.DockerText;
import io.felucca.images.Images;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.template.Template;
import io.felucca.shell.text.Cells;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.text.FormattedList;
import io.felucca.shell.text.Timestamps;
import io.felucca.shell.user.ClientSession;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ps}. */
@CommandLine.Command(customSynopsis = "[OPTIONS]", description = "List containers")
final class ContainerListCommand implements Command {

    private static final String COLUMNS =
            "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";
    private static final int COMMAND_WIDTH = 20;
    private static final int MOUNT_WIDTH = 15;

    @Option(
            names = {"-a", "--all"},
            arity = "1",
            description = "Show all containers (default shows just running)")
    boolean all;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Filter output based on conditions provided")
    List<String> filters = new ArrayList<>();

    @Option(names = "--format", description = FormatText.LIST)
    String format = "";

    @Option(
            names = {"-n", "--last"},
            description = "Show n last created containers (includes all states) (default -1)")
    int last = -1;

    @Option(
            names = {"-l", "--latest"},
            arity = "1",
            description = "Show the latest created container (includes all states)")
    boolean latest;

    @Option(names = "--no-trunc", arity = "1", description = "Don't truncate output")
    boolean noTrunc;

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Only display container IDs")
    boolean quiet;

    @Option(
            names = {"-s", "--size"},
            arity = "1",
            description = "Display total file sizes")
    boolean size;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Containers containers;
    private final Images images;
    private final Clock clock;

    ContainerListCommand(Containers containers, Images images, Clock clock) {
        this.containers = containers;
        this.images = images;
        this.clock = clock;
    }

    @Override
    public int run(ClientSession user) {
        int limit = latest ? 1 : last;
        List<Container> found = containers.list(all || limit > 0, FilterOptions.of(filters));
        List<Container> shown = limit > 0 && limit < found.size() ? found.subList(0, limit) : found;
        if (quiet) {
            if (!format.isEmpty()) {
                user.err().println("WARNING: Ignoring custom format, because both --format and --quiet are set.");
            }
            shown.forEach(container -> user.out().println(id(container.id())));
            return 0;
        }
        boolean sizes = size || format.contains(".Size");
        ImageNames names = new ImageNames(images);
        Instant now = clock.instant();
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Container container : shown) {
            try {
                lines.add(line(container, names.of(container), sizes, now));
            } catch (FeluccaException e) {
                if (e.kind() != FeluccaException.Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        FormattedList list = new FormattedList(
                "*formatter.ContainerContext",
                headers(),
                size ? COLUMNS + "\t{{.Size}}" : COLUMNS,
                "failed to parse template: ",
                "failed to execute template: ");
        user.out().print(list.render(format, lines));
        return 0;
    }

    private String id(String id) {
        return noTrunc ? id : DockerText.shortId(id);
    }

    private Map<String, Object> line(Container container, ImageNames.Named image, boolean sizes, Instant now) {
        Long own = sizes ? Long.valueOf(containers.sizeBytes(container.id())) : null;
        JsonNode json = ContainerJson.summary(container, image.name(), now);
        String command = json.get("Command").textValue();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("ID", id(container.id()));
        line.put("Names", names(container));
        line.put("Image", image.name().isEmpty() ? "<no image>" : image.name());
        line.put("Command", Template.quote(noTrunc ? command : DockerText.ellipsis(command, COMMAND_WIDTH)));
        line.put("CreatedAt", Timestamps.column(container.created()));
        line.put("RunningFor", DockerText.ago(container.created(), now));
        line.put("Ports", PortsJson.text(container));
        line.put("State", json.get("State").textValue());
        line.put("Status", json.get("Status").textValue());
        line.put(
                "Size",
                own == null
                        ? "0B"
                        : DockerText.size(own) + " (virtual " + DockerText.size(own + image.sizeBytes()) + ")");
        line.put("Labels", Cells.labels(container.config().labels()));
        line.put("Label", Cells.label(container.config().labels()));
        line.put("Mounts", mounts(container));
        line.put(
                "LocalVolumes",
                Long.toString(container.mounts().stream()
                        .filter(mount -> mount.driver().equals("local"))
                        .count()));
        line.put(
                "Networks",
                String.join(",", container.networkSettings().wanted().keySet()));
        line.put("Platform", null);
        return line;
    }

    private String mounts(Container container) {
        return container.mounts().stream()
                .map(mount -> mount.name().isEmpty() ? mount.source() : mount.name())
                .map(name -> noTrunc ? name : DockerText.ellipsis(name, MOUNT_WIDTH))
                .collect(Collectors.joining(","));
    }

    /** What others that link to it call it is shown where nothing is cut, as Docker does. */
    private String names(Container container) {
        if (!noTrunc) {
            return container.name();
        }
        List<String> names = new ArrayList<>(List.of(container.name()));
        names.addAll(container.networkSettings().linkedAs());
        return String.join(",", names);
    }

    private static Map<String, Object> headers() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("ID", "CONTAINER ID");
        headers.put("Names", "NAMES");
        headers.put("Image", "IMAGE");
        headers.put("Command", "COMMAND");
        headers.put("CreatedAt", "CREATED AT");
        headers.put("RunningFor", "CREATED");
        headers.put("Ports", "PORTS");
        headers.put("State", "STATE");
        headers.put("Status", "STATUS");
        headers.put("Size", "SIZE");
        headers.put("Labels", "LABELS");
        headers.put("Label", Cells.labelHeader());
        headers.put("Mounts", "MOUNTS");
        headers.put("LocalVolumes", "LOCAL VOLUMES");
        headers.put("Networks", "NETWORKS");
        headers.put("Platform", "PLATFORM");
        return headers;
    }
}
