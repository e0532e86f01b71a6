package io.felucca.shell.storage;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container;
import io.felucca.containers.ContainerMoves;
import io.felucca.containers.Containers;
import io.felucca.images.Image;
import io.felucca.images.Images;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import io.felucca.storage.Storage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code storage migrate}: one after the other, so that what was moved stays moved when it is cut. */
@CommandLine.Command(
        customSynopsis = "--to DRIVER CONTAINER|IMAGE [CONTAINER|IMAGE...]",
        description = "Move containers and images to another storage driver, each checked before the old copy goes")
final class MigrateCommand implements Command {

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Option(names = "--to", description = "Storage driver to move to")
    String to = "";

    @Option(
            names = {"-a", "--all"},
            arity = "1",
            description = "Move all containers and images; running containers only with --restart")
    boolean all;

    @Option(names = "--restart", arity = "1", description = "Stop running containers, and start them again when moved")
    boolean restart;

    @Parameters
    List<String> names = new ArrayList<>();

    private final Storage storage;
    private final Images images;
    private final Containers containers;
    private final ContainerMoves moves;

    MigrateCommand(Storage storage, Images images, Containers containers, ContainerMoves moves) {
        this.storage = storage;
        this.images = images;
        this.containers = containers;
        this.moves = moves;
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(0);
    }

    @Override
    public List<String> candidates() {
        return containers.list(true, Map.of()).stream().map(Container::name).toList();
    }

    /** What a move returns: a word to the user, or none. */
    @FunctionalInterface
    private interface Move {
        Optional<String> carryOut();
    }

    @Override
    public int run(ClientSession user) {
        if (to.isEmpty()) {
            throw new CommandFailure(1, "name the storage driver to move to: --to DRIVER");
        } else if (all != names.isEmpty()) {
            throw new CommandFailure(1, "name containers or images, or give --all");
        } else if (!storage.drivers().contains(to)) {
            throw FeluccaException.notFound("storage driver " + to + " not found: there are "
                    + String.join(", ", storage.drivers().stream().sorted().toList()));
        }
        Map<String, Move> wanted = new LinkedHashMap<>();
        if (all) {
            everything(wanted);
        } else {
            names.forEach(name -> wanted.put(name, () -> named(name)));
        }
        boolean failed = false;
        for (Map.Entry<String, Move> move : wanted.entrySet()) {
            try {
                Optional<String> word = move.getValue().carryOut();
                user.out().println(move.getKey());
                word.ifPresent(user.err()::println);
            } catch (FeluccaException e) {
                failed = true;
                user.err().println("Error response from daemon: " + e.getMessage());
            }
        }
        user.out().flush();
        return failed ? 1 : 0;
    }

    private void everything(Map<String, Move> wanted) {
        for (Container container : containers.list(true, Map.of())) {
            if (!container.storageDriver().equals(to)) {
                wanted.put(container.name(), () -> container(container.id()));
            }
        }
        for (Image image : images.list(true, Map.of())) {
            if (images.unpackedIn(image.id()).stream().anyMatch(driver -> !driver.equals(to))) {
                String name =
                        image.tags().stream().findFirst().orElse(image.id().shortHex());
                wanted.put(name, () -> image(name, image.id()));
            }
        }
    }

    private Optional<String> named(String name) {
        String container;
        try {
            container = containers.get(name).id();
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            return image(name, images.get(name).id());
        }
        return container(container);
    }

    private Optional<String> container(String name) {
        moves.move(name, to, restart);
        return Optional.empty();
    }

    private Optional<String> image(String name, Digest id) {
        images.unpack(id, to);
        List<String> left = images.unpackedIn(id).stream()
                .filter(driver -> !driver.equals(to) && !images.evict(id, driver))
                .sorted()
                .toList();
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of(name + ": layers stay on " + String.join(", ", left) + " too, for what is on them there");
    }
}
