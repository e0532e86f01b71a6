package io.felucca.shell.container;

import io.felucca.containers.ContainerArchives;
import io.felucca.containers.Containers;
import io.felucca.images.Layers.Archive;
import io.felucca.images.Layers.PathStat;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.UserSide;
import io.felucca.shell.user.UserSide.Stream;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cp} between a container and a tar archive on the standard streams. */
@Command(
        customSynopsis = {"[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-", "[OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH"},
        description = "Copy files/folders between a container and the local filesystem")
final class CopyCommand extends NamesCommand {

    private static final String STREAM = "-";

    private final ContainerArchives archives;

    @Option(
            names = {"-a", "--archive"},
            arity = "1",
            description = "Archive mode (copy all uid/gid information)")
    boolean archive;

    @Option(
            names = {"-L", "--follow-link"},
            arity = "1",
            description = "Always follow symbol link in SRC_PATH")
    boolean followLink;

    @Option(
            names = {"-q", "--quiet"},
            arity = "1",
            description = "Suppress progress output during copy. Progress output is automatically suppressed if no"
                    + " terminal is attached")
    boolean quiet;

    CopyCommand(Containers containers, ContainerArchives archives) {
        super(containers);
        this.archives = archives;
    }

    /** One side of the copy. @param container empty for the user's own side */
    private record Place(String container, String path) {

        /** As Docker splits it: what begins like a path, or has no colon, is the user's. */
        static Place of(String word) {
            int colon = word.indexOf(':');
            boolean local = word.startsWith("/") || word.startsWith(".") || colon < 0;
            return local ? new Place("", word) : new Place(word.substring(0, colon), word.substring(colon + 1));
        }
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(2);
    }

    @Override
    public int run(UserSide user) throws IOException {
        if (names.get(0).isEmpty()) {
            throw new CommandFailure(1, "source can not be empty");
        } else if (names.get(1).isEmpty()) {
            throw new CommandFailure(1, "destination can not be empty");
        }
        Place source = Place.of(names.get(0));
        Place target = Place.of(names.get(1));
        if (!source.container().isEmpty() && !target.container().isEmpty()) {
            throw new CommandFailure(1, "copying between containers is not supported");
        } else if (!source.container().isEmpty()) {
            return copyOut(source, target.path(), user);
        } else if (!target.container().isEmpty()) {
            return copyIn(source.path(), target, user);
        }
        throw new CommandFailure(1, "must specify at least one container source");
    }

    private int copyOut(Place source, String target, UserSide user) {
        if (!target.equals(STREAM)) {
            throw filesToCome();
        } else if (user.isTerminal(Stream.OUT)) {
            throw new CommandFailure(1, "cowardly refusing to copy to a terminal. Redirect the output");
        }
        String path = source.path();
        if (followLink) {
            PathStat stat = archives.stat(source.container(), path);
            path = stat.linkTarget().isEmpty() ? path : stat.linkTarget();
        }
        try (Archive out = archives.copyOut(source.container(), path)) {
            out.writeTo(user.out());
        }
        return user.out().checkError() ? 1 : 0;
    }

    private int copyIn(String source, Place target, UserSide user) {
        if (!source.equals(STREAM)) {
            throw filesToCome();
        }
        String path = target.path().isEmpty() ? "/" : target.path();
        archives.copyIn(target.container(), path, user.in(), true, archive);
        return 0;
    }

    private static CommandFailure filesToCome() {
        return new CommandFailure(
                1,
                "cp of files is not supported by this version of felucca: give - for a tar archive on the standard"
                        + " stream, or use docker cp");
    }
}
