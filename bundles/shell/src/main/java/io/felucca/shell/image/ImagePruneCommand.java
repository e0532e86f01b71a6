package io.felucca.shell.image;

import io.felucca.images.Images;
import io.felucca.images.Images.Pruned;
import io.felucca.shell.command.Pruning;
import io.felucca.shell.text.FilterOptions;
import io.felucca.shell.user.ClientSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code image prune}. */
@Command(customSynopsis = "[OPTIONS]", description = "Remove unused images")
final class ImagePruneCommand extends ImageCommand {

    @Option(
            names = {"-a", "--all"},
            arity = "1",
            description = "Remove all unused images, not just dangling ones")
    boolean all;

    @Option(
            names = "--filter",
            paramLabel = "filter",
            converter = FilterOptions.Word.class,
            description = "Provide filter values (e.g. \"until=<timestamp>\")")
    List<String> filters = new ArrayList<>();

    @Mixin
    private Pruning pruning;

    ImagePruneCommand(Images images) {
        super(images);
    }

    @Override
    public int run(ClientSession user) throws IOException {
        String warning = all
                ? "WARNING! This will remove all images without at least one container associated to them."
                : "WARNING! This will remove all dangling images.";
        if (!pruning.confirmed(user, warning)) {
            return 1;
        }
        Map<String, List<String>> wanted = FilterOptions.of(filters);
        wanted.put("dangling", List.of(Boolean.toString(!all)));
        Pruned pruned = images.prune(wanted);
        Pruning.printRemoved(user, "Deleted Images:", ImageWords.removed(pruned.removed()));
        Pruning.printReclaimed(user, pruned.reclaimedBytes());
        return 0;
    }
}
