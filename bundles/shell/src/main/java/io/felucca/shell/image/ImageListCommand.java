package io.felucca.shell.image;

import io.felucca.docker.text.DockerText;
import io.felucca.images.Image;
import io.felucca.images.ImageReference;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.command.NotBuilt;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code images}: a line for each name. */
@Command(customSynopsis = "[OPTIONS] [REPOSITORY[:TAG]]", description = "List images")
final class ImageListCommand extends ImageCommand {

    private static final String NONE = "<none>";
    private static final String COLUMNS = "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
    private static final String COLUMNS_WITH_DIGEST =
            "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";

    @Option(
            names = {"-a", "--all"},
            arity = "1",
            description = "Show all images (default hides intermediate images)")
    boolean all;

    @Option(names = "--digests", arity = "1", description = "Show digests")
    boolean digests;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Filter output based on conditions provided")
    List<String> filters = new ArrayList<>();

    @Option(names = "--format", description = FormatText.LIST)
    String format = "";

    @Option(names = "--no-trunc", arity = "1", description = "Don't truncate output")
    boolean noTrunc;

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Only show image IDs")
    boolean quiet;

    @NotBuilt
    @Option(names = "--tree", arity = "1", description = "List multi-platform images as a tree (EXPERIMENTAL)")
    boolean tree;

    private final Clock clock;

    ImageListCommand(Images images, Clock clock) {
        super(images);
        this.clock = clock;
    }

    @Override
    public Arguments arguments() {
        return Arguments.atMost(1);
    }

    @Override
    public int run(ClientSession user) {
        Map<String, List<String>> wanted = FilterOptions.of(filters);
        if (!words.isEmpty()) {
            wanted.computeIfAbsent("reference", name -> new ArrayList<>()).add(words.get(0));
        }
        Instant now = clock.instant();
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Image image : images.list(all, wanted)) {
            add(image, now, lines);
        }
        if (quiet) {
            lines.forEach(line -> user.out().println(line.get("ID")));
            return 0;
        }
        FormattedList list =
                new FormattedList("*formatter.imageContext", headers(), digests ? COLUMNS_WITH_DIGEST : COLUMNS);
        user.out().print(list.render(format, lines));
        return 0;
    }

    /** A line for each tag, and with digests for each digest of its repository; then what has a digest and no tag. */
    private void add(Image image, Instant now, List<Map<String, Object>> lines) {
        Map<String, List<String>> tags = new LinkedHashMap<>();
        for (String named : image.tags()) {
            ImageReference reference = ImageReference.parse(named);
            tags.computeIfAbsent(reference.familiarRepository(), name -> new ArrayList<>())
                    .add(reference.tag());
        }
        Map<String, List<String>> digested = new LinkedHashMap<>();
        for (String named : image.repoDigests()) {
            ImageReference reference = ImageReference.parse(named);
            digested.computeIfAbsent(reference.familiarRepository(), name -> new ArrayList<>())
                    .add(reference.digest());
        }
        if (tags.isEmpty() && digested.isEmpty()) {
            lines.add(line(image, NONE, NONE, NONE, now));
        }
        boolean shown = digests || format.contains("{{.Digest}}");
        tags.forEach((repository, names) -> {
            List<String> found = digested.remove(repository);
            List<String> each = shown && found != null ? found : List.of(NONE);
            names.forEach(tag -> each.forEach(digest -> lines.add(line(image, repository, tag, digest, now))));
        });
        digested.forEach((repository, found) -> (shown ? found : List.of(NONE))
                .forEach(digest -> lines.add(line(image, repository, NONE, digest, now))));
    }

    private Map<String, Object> line(Image image, String repository, String tag, String digest, Instant now) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("Repository", repository);
        line.put("Tag", tag);
        line.put("Digest", digest);
        line.put("ID", noTrunc ? image.id().value() : image.id().shortHex());
        line.put("CreatedSince", image.created() == null ? "N/A" : DockerText.ago(image.created(), now));
        line.put("CreatedAt", image.created() == null ? "" : Timestamps.column(image.created()));
        line.put("Size", DockerText.size(image.sizeBytes()));
        line.put("Containers", "N/A");
        line.put("SharedSize", "N/A");
        line.put("UniqueSize", "N/A");
        line.put("VirtualSize", DockerText.preciseSize(image.sizeBytes()));
        return line;
    }

    private static Map<String, Object> headers() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("Repository", "REPOSITORY");
        headers.put("Tag", "TAG");
        headers.put("Digest", "DIGEST");
        headers.put("ID", "IMAGE ID");
        headers.put("CreatedSince", "CREATED");
        headers.put("CreatedAt", "CREATED AT");
        headers.put("Size", "SIZE");
        headers.put("Containers", "CONTAINERS");
        headers.put("SharedSize", "SHARED SIZE");
        headers.put("UniqueSize", "UNIQUE SIZE");
        headers.put("VirtualSize", "SIZE");
        return headers;
    }
}
