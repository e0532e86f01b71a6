package io.felucca.shell.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.containers.Container;
import io.felucca.docker.json.system.InfoJson;
import io.felucca.docker.json.system.UsageJson;
import io.felucca.engine.EngineVersion;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.text.FormattedList;
import io.felucca.shell.user.ClientSession;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code system df}. */
@CommandLine.Command(customSynopsis = "[OPTIONS]", description = "Show Felucca disk usage")
final class DiskUsageCommand implements Command {

    private static final int API_MINOR = Integer.parseInt(EngineVersion.API_VERSION.substring(2));
    private static final String COLUMNS = "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";
    private static final Map<String, Object> HEADERS = Map.of(
            "Type", "TYPE",
            "TotalCount", "TOTAL",
            "Active", "ACTIVE",
            "Size", "SIZE",
            "Reclaimable", "RECLAIMABLE");

    @Option(names = "--format", description = FormatText.LIST)
    String format = "";

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Option(
            names = {"-v", "--verbose"},
            arity = "1",
            description = "Show detailed information on space usage")
    boolean verbose;

    private final InfoJson.Sources engine;
    private final Clock clock;

    DiskUsageCommand(InfoJson.Sources engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public int run(ClientSession user) {
        Instant now = clock.instant();
        JsonNode usage =
                UsageJson.write(engine.images(), engine.containers(), engine.volumes(), List.of(), now, API_MINOR);
        user.out()
                .print(
                        verbose
                                ? details(usage, now)
                                : new FormattedList("*formatter.diskUsageContext", HEADERS, COLUMNS)
                                        .render(format, UsageSummary.of(usage)));
        return 0;
    }

    private String details(JsonNode usage, Instant now) {
        Map<String, Container> containers = new HashMap<>();
        engine.containers().list(true, Map.of()).forEach(container -> containers.put(container.id(), container));
        return UsageDetails.of(new UsageRows(usage, containers, now, UsageDetails.isTable(format)), format);
    }
}
