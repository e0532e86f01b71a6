package io.felucca.shell.storage;

import io.felucca.containers.Containers;
import io.felucca.images.Image;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.text.FormattedList;
import io.felucca.shell.user.ClientSession;
import io.felucca.storage.Storage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code storage ls}. */
@CommandLine.Command(
        customSynopsis = "[OPTIONS]",
        description = "List storage drivers and what they hold, or their layers")
final class StorageListCommand implements Command {

    private static final Map<String, Object> HEADERS =
            Map.of("Driver", "DRIVER", "Default", "DEFAULT", "Images", "IMAGES", "Containers", "CONTAINERS");

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Option(names = "--format", description = FormatText.LIST)
    String format = "";

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Only show the names of drivers, or of layers")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            arity = "1",
            description = "Show the layers of each driver, what they take and who uses them")
    boolean verbose;

    private final Storage storage;
    private final Images images;
    private final Containers containers;

    StorageListCommand(Storage storage, Images images, Containers containers) {
        this.storage = storage;
        this.images = images;
        this.containers = containers;
    }

    @Override
    public Arguments arguments() {
        return Arguments.NONE;
    }

    @Override
    public int run(ClientSession user) {
        if (verbose) {
            user.out().print(new LayerLines(images, containers).render(quiet ? "{{.Layer}}" : format));
            return 0;
        }
        List<String> drivers = storage.drivers().stream().sorted().toList();
        if (quiet) {
            drivers.forEach(user.out()::println);
            return 0;
        }
        String chosen = storage.defaultDriver();
        List<Image> all = images.list(true, Map.of());
        List<Map<String, Object>> lines = new ArrayList<>();
        for (String driver : drivers) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("Driver", driver);
            line.put("Default", driver.equals(chosen) ? "*" : "");
            line.put(
                    "Images",
                    Long.toString(all.stream()
                            .filter(image -> images.unpackedIn(image.id()).contains(driver))
                            .count()));
            line.put(
                    "Containers",
                    Long.toString(containers.list(true, Map.of()).stream()
                            .filter(container -> container.storageDriver().equals(driver))
                            .count()));
            lines.add(line);
        }
        FormattedList list =
                new FormattedList("storage", HEADERS, "{{.Driver}}\t{{.Default}}\t{{.Images}}\t{{.Containers}}");
        user.out().print(list.render(format, lines));
        return 0;
    }
}
