package io.felucca.shell.image;

import io.felucca.FeluccaException;
import io.felucca.images.Images;
import io.felucca.images.Images.Removed;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.NotBuilt;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rmi}: an error does not stop the rest. */
@Command(customSynopsis = "[OPTIONS] IMAGE [IMAGE...]", description = "Remove one or more images")
final class ImageRemoveCommand extends ImageCommand {

    @Option(
            names = {"-f", "--force"},
            arity = "1",
            description = "Force removal of the image")
    boolean force;

    @Option(names = "--no-prune", arity = "1", description = "Do not delete untagged parents")
    boolean noPrune;

    @NotBuilt
    @Option(names = "--platform", paramLabel = "strings", description = "Remove only the given platform variant")
    List<String> platforms;

    ImageRemoveCommand(Images images) {
        super(images);
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public int run(ClientSession user) {
        List<String> errors = new ArrayList<>();
        boolean fatal = false;
        for (String name : words) {
            try {
                for (Removed removed : images.remove(name, force, !noPrune)) {
                    user.out()
                            .println(
                                    removed.deleted().isEmpty()
                                            ? "Untagged: " + removed.untagged()
                                            : "Deleted: " + removed.deleted());
                }
            } catch (FeluccaException e) {
                fatal |= e.kind() != FeluccaException.Kind.NOT_FOUND || !force;
                errors.add("Error response from daemon: " + e.getMessage());
            }
        }
        user.out().flush();
        if (fatal) {
            throw CommandFailure.of(errors);
        }
        errors.forEach(user.err()::println);
        return 0;
    }
}
