package io.felucca.shell.image;

import io.felucca.docker.json.image.ImageJson;
import io.felucca.docker.text.DockerText;
import io.felucca.images.Image;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.command.NotBuilt;
import io.felucca.shell.text.FormattedList;
import io.felucca.shell.user.ClientSession;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code history}: an image's steps, newest first. */
@Command(customSynopsis = "[OPTIONS] IMAGE", description = "Show the history of an image")
final class HistoryCommand extends ImageCommand {

    private static final String MISSING = "<missing>";
    private static final int STEP_WIDTH = 45;

    @Option(names = "--format", description = FormatText.LIST)
    String format = "";

    @Option(
            names = {"-H", "--human"},
            arity = "1",
            description = "Print sizes and dates in human readable format (default true)")
    boolean human = true;

    @Option(names = "--no-trunc", arity = "1", description = "Don't truncate output")
    boolean noTrunc;

    @NotBuilt
    @Option(names = "--platform", description = "Show history for the given platform")
    String platform;

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Only show image IDs")
    boolean quiet;

    private final Clock clock;

    HistoryCommand(Images images, Clock clock) {
        super(images);
        this.clock = clock;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    public int run(ClientSession user) {
        Image image = images.get(words.get(0));
        List<Image> lineage = ImageJson.lineage(image, images);
        List<Map<String, Object>> lines = new ArrayList<>();
        Instant now = clock.instant();
        for (int i = image.history().size() - 1; i >= 0; i--) {
            Image known = lines.size() < lineage.size() ? lineage.get(lines.size()) : null;
            String id = known == null
                    ? MISSING
                    : noTrunc ? known.id().value() : known.id().shortHex();
            lines.add(line(image.history().get(i), id, now));
        }
        if (quiet) {
            lines.forEach(line -> user.out().println(line.get("ID")));
            return 0;
        }
        String created = human ? "{{.CreatedSince}}" : "{{.CreatedAt}}";
        FormattedList list = new FormattedList(
                "*formatter.historyContext",
                headers(),
                "{{.ID}}\t" + created + "\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}");
        user.out().print(list.render(format, lines));
        return 0;
    }

    private Map<String, Object> line(Image.History step, String id, Instant now) {
        String by = step.createdBy() == null ? "" : step.createdBy().replace('\t', ' ');
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("ID", id);
        line.put(
                "CreatedAt",
                step.created() == null
                        ? ""
                        : step.created().truncatedTo(ChronoUnit.SECONDS).toString());
        line.put("CreatedSince", step.created() == null ? "N/A" : DockerText.ago(step.created(), now));
        line.put("CreatedBy", noTrunc ? by : DockerText.ellipsis(by, STEP_WIDTH));
        line.put("Size", human ? DockerText.size(step.sizeBytes()) : Long.toString(step.sizeBytes()));
        line.put("Comment", step.comment() == null ? "" : step.comment());
        return line;
    }

    private static Map<String, Object> headers() {
        return Map.of(
                "ID", "IMAGE",
                "CreatedAt", "CREATED AT",
                "CreatedSince", "CREATED",
                "CreatedBy", "CREATED BY",
                "Size", "SIZE",
                "Comment", "COMMENT");
    }
}
