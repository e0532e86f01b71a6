package io.felucca.shell.network;

import io.felucca.docker.json.NetworkJson;
import io.felucca.docker.text.DockerText;
import io.felucca.networks.Network;
import io.felucca.networks.Networks;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.text.Cells;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.text.FormattedList;
import io.felucca.shell.text.Timestamps;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code network ls}. */
@Command(customSynopsis = "[OPTIONS]", description = "List networks")
final class NetworkListCommand extends NetworkCommand {

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Provide filter values (e.g. \"driver=bridge\")")
    List<String> filters = new ArrayList<>();

    @Option(names = "--format", description = FormatText.LIST)
    String format = "";

    @Option(names = "--no-trunc", arity = "1", description = "Do not truncate the output")
    boolean noTrunc;

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Only display network IDs")
    boolean quiet;

    NetworkListCommand(Networks networks) {
        super(networks);
    }

    @Override
    public int run(ClientSession user) {
        List<Network> found = networks.list(FilterOptions.of(filters));
        if (quiet && format.isEmpty()) {
            found.forEach(network -> user.out().println(id(network)));
            return 0;
        }
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("ID", "NETWORK ID");
        for (String name : List.of("Name", "Driver", "Scope", "IPv4", "IPv6", "Internal", "Labels")) {
            headers.put(name, name.toUpperCase(java.util.Locale.ROOT));
        }
        headers.put("Label", Cells.labelHeader());
        headers.put("CreatedAt", "CREATED AT");
        FormattedList list =
                new FormattedList("*formatter.NetworkContext", headers, "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}");
        user.out().print(list.render(format, found.stream().map(this::line).toList()));
        return 0;
    }

    private String id(Network network) {
        return noTrunc ? network.id() : DockerText.shortId(network.id());
    }

    private Map<String, Object> line(Network network) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("CreatedAt", Timestamps.column(network.created()));
        line.put("Driver", NetworkJson.driver(network));
        line.put("ID", id(network));
        line.put("IPv4", "true");
        line.put("IPv6", Boolean.toString(network.ipv6()));
        line.put("Internal", Boolean.toString(network.internal()));
        line.put("Labels", Cells.labels(network.labels()));
        line.put("Label", Cells.label(network.labels()));
        line.put("Name", network.name());
        line.put("Scope", "local");
        return line;
    }
}
