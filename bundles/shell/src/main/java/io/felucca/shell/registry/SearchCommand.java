package io.felucca.shell.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.docker.json.image.SearchFilter;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Found;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.text.FormattedList;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code search}. */
@picocli.CommandLine.Command(customSynopsis = "[OPTIONS] TERM", description = "Search Docker Hub for images")
final class SearchCommand implements Command {

    private static final String COLUMNS = "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}";
    private static final int DESCRIPTION_WIDTH = 45;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Filter output based on conditions provided")
    List<String> filters = new ArrayList<>();

    @Option(names = "--format", description = "Pretty-print search using a Go template")
    String format = "";

    @Option(names = "--limit", description = "Max number of search results")
    int limit;

    @Option(names = "--no-trunc", arity = "1", description = "Don't truncate output")
    boolean noTrunc;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Registry registry;

    SearchCommand(Registry registry) {
        this.registry = registry;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public int run(ClientSession user) {
        String term = words.get(0);
        Map<String, List<String>> wanted = FilterOptions.of(filters);
        if (wanted.containsKey("is-automated")) {
            user.err()
                    .println("WARNING: the \"is-automated\" filter is deprecated, and searching for"
                            + " \"is-automated=true\" will not yield any results in future.");
        }
        SearchFilter filter = SearchFilter.of(wanted);
        Credentials credentials = RegistryLogins.of(RegistryLogins.searched(term), user);
        List<Found> found = new ArrayList<>();
        TransferCommand.untilGone(
                user,
                () -> found.addAll(
                        registry.search(term, limit > 0 ? limit : Registry.DEFAULT_SEARCH_LIMIT, credentials)));
        found.removeIf(each -> !filter.fits(each));
        FormattedList list = new FormattedList("*registry.searchContext", headers(), COLUMNS);
        user.out()
                .print(list.render(
                        format,
                        found.stream().map(this::line).toList(),
                        found.stream().map(this::json).toList()));
        return 0;
    }

    private static Map<String, Object> headers() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("Name", "NAME");
        headers.put("Description", "DESCRIPTION");
        headers.put("StarCount", "STARS");
        headers.put("IsOfficial", "OFFICIAL");
        return headers;
    }

    private Map<String, Object> line(Found found) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("Name", found.name());
        line.put("Description", description(found));
        line.put("StarCount", String.valueOf(found.stars()));
        line.put("IsOfficial", found.official() ? "[OK]" : "");
        return line;
    }

    private JsonNode json(Found found) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("Description", description(found));
        json.put("IsOfficial", String.valueOf(found.official()));
        json.put("Name", found.name());
        json.put("StarCount", String.valueOf(found.stars()));
        return json;
    }

    private String description(Found found) {
        String text = found.description().replace('\n', ' ').replace('\r', ' ');
        if (noTrunc || text.codePointCount(0, text.length()) <= DESCRIPTION_WIDTH) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, DESCRIPTION_WIDTH - 1)) + "…";
    }
}
