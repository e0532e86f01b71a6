package io.felucca.shell.container.files;

import io.felucca.FeluccaException;
import io.felucca.containers.ContainerArchives;
import io.felucca.containers.Containers;
import io.felucca.docker.text.DockerText;
import io.felucca.images.Layers.Archive;
import io.felucca.images.Layers.PathStat;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import io.felucca.shell.user.UserTree;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cp} between a container and the user's files, or a tar archive on the standard streams. */
@Command(
        customSynopsis = {"[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-", "[OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH"},
        description = "Copy files/folders between a container and the local filesystem")
public final class CopyCommand extends NamesCommand {

    private static final Logger LOG = LoggerFactory.getLogger(CopyCommand.class);

    private static final String STREAM = "-";
    private static final int FILE_TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final int CHARACTER_DEVICE = 0020000;

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
    Boolean quiet;

    public CopyCommand(Containers containers, ContainerArchives archives) {
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
    public int run(ClientSession user) throws IOException {
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

    private int copyOut(Place source, String target, ClientSession user) throws IOException {
        if (target.equals(STREAM)) {
            if (user.isTerminal(Stream.OUT)) {
                throw new CommandFailure(1, "cowardly refusing to copy to a terminal. Redirect the output");
            }
            try (Archive out = archives.copyOut(source.container(), followed(source))) {
                out.writeTo(user.out());
            }
            return user.out().checkError() ? 1 : 0;
        }
        try (UserTree place = user.makeTree(target)) {
            String path = followed(source);
            try (Archive archive = archives.copyOut(source.container(), path)) {
                boolean directory = (archive.stat().unixMode() & FILE_TYPE) == DIRECTORY;
                if (CopyPaths.takesPlace(place.exists(), place.isDirectory(), place.assertsDirectory(), directory)) {
                    place.takePlace();
                } else if (!CopyPaths.base(path).equals(CopyPaths.base(source.path()))) {
                    place.rename(CopyPaths.base(source.path()));
                }
                try {
                    archive.writeTo(place.out());
                } catch (FeluccaException e) {
                    place.finish(); // it says what stood in the way at the user's side
                    throw e;
                }
            }
            place.finish();
            tell(place.bytes(), target, user);
        }
        return 0;
    }

    /** What a link of the container's leads to, where the user wants that. */
    private String followed(Place source) {
        if (!followLink) {
            return source.path();
        }
        PathStat stat = archives.stat(source.container(), source.path());
        return stat.linkTarget().isEmpty()
                ? source.path()
                : CopyPaths.join(CopyPaths.parent(source.path()), stat.linkTarget());
    }

    private int copyIn(String source, Place target, ClientSession user) throws IOException {
        Destination destination = destination(target);
        if (source.equals(STREAM)) {
            if (!destination.isDirectory()) {
                throw new CommandFailure(
                        1, "destination \"" + target.container() + ":" + target.path() + "\" must be a directory");
            }
            archives.copyIn(target.container(), destination.path(), user.in(), true, archive);
            return 0;
        }
        try (UserTree tree = user.openTree(source, followLink)) {
            String into = destination.path();
            if (CopyPaths.takesPlace(
                    destination.exists(),
                    destination.isDirectory(),
                    CopyPaths.assertsDirectory(into),
                    tree.isDirectory())) {
                tree.rename(CopyPaths.base(into));
                into = CopyPaths.parent(into);
            }
            archives.copyIn(target.container(), into, tree.in(), true, archive);
            tell(tree.bytes(), target.container() + ":" + destination.path(), user);
        }
        return 0;
    }

    /** Where in a container the copy goes, a link followed once. */
    private record Destination(String path, boolean exists, boolean isDirectory) {}

    private Destination destination(Place target) {
        String path = target.path();
        if (path.isEmpty()) {
            return new Destination("", false, false); // the root, whose name what comes takes
        }
        try {
            PathStat stat = archives.stat(target.container(), path);
            if (!stat.linkTarget().isEmpty()) {
                path = CopyPaths.join(CopyPaths.parent(path), stat.linkTarget());
                stat = archives.stat(target.container(), path);
            }
            int type = stat.unixMode() & FILE_TYPE;
            if (type == BLOCK_DEVICE || type == CHARACTER_DEVICE) {
                throw new CommandFailure(
                        1,
                        "destination \"" + target.container() + ":" + target.path()
                                + "\" must be a directory or a regular file: got a device");
            }
            return new Destination(path, true, type == DIRECTORY);
        } catch (FeluccaException e) {
            // It may come to be; what else stands in the way is told by the copy itself.
            LOG.debug("no destination yet: {}", e.getMessage());
            return new Destination(path, false, false);
        }
    }

    private void tell(long bytes, String target, ClientSession user) {
        if (quiet == null ? user.isTerminal(Stream.OUT) : !quiet) {
            user.err().println("Successfully copied " + DockerText.size(bytes) + " to " + target);
        }
    }
}
