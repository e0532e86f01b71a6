package io.felucca.shell.volume;

import io.felucca.shell.command.FormatText;
import io.felucca.shell.text.Cells;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.text.FormattedList;
import io.felucca.shell.text.NaturalOrder;
import io.felucca.shell.user.ClientSession;
import io.felucca.volumes.Volume;
import io.felucca.volumes.Volumes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code volume ls}. */
@Command(customSynopsis = "[OPTIONS]", description = "List volumes")
final class VolumeListCommand extends VolumeCommand {

    private static final String COLUMNS = "{{.Driver}}\t{{.Name}}";
    private static final List<String> OF_CLUSTERS = List.of("Availability", "Group", "Links", "Size", "Status");

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Provide filter values (e.g. \"dangling=true\")")
    List<String> filters = new ArrayList<>();

    @Option(names = "--format", description = FormatText.LIST)
    String format = "";

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Only display volume names")
    boolean quiet;

    VolumeListCommand(Volumes volumes) {
        super(volumes);
    }

    @Override
    public int run(ClientSession user) {
        List<Volume> found = new ArrayList<>(volumes.list(FilterOptions.of(filters)));
        found.sort(Comparator.comparing(Volume::name, NaturalOrder.INSTANCE));
        if (quiet) {
            found.forEach(volume -> user.out().println(volume.name()));
            return 0;
        }
        FormattedList list = new FormattedList("*formatter.volumeContext", headers(), COLUMNS);
        user.out()
                .print(list.render(
                        format, found.stream().map(VolumeListCommand::line).toList()));
        return 0;
    }

    private static Map<String, Object> headers() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("Name", "VOLUME NAME");
        headers.put("Driver", "DRIVER");
        headers.put("Scope", "SCOPE");
        headers.put("Mountpoint", "MOUNTPOINT");
        headers.put("Labels", "LABELS");
        headers.put("Label", Cells.labelHeader());
        OF_CLUSTERS.forEach(name -> headers.put(name, name.toUpperCase(java.util.Locale.ROOT)));
        return headers;
    }

    private static Map<String, Object> line(Volume volume) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("Driver", volume.driver());
        line.put("Labels", Cells.labels(volume.labels()));
        line.put("Label", Cells.label(volume.labels()));
        line.put("Mountpoint", volume.mountpoint().toString());
        line.put("Name", volume.name());
        line.put("Scope", "local");
        OF_CLUSTERS.forEach(name -> line.put(name, "N/A"));
        return line;
    }
}
