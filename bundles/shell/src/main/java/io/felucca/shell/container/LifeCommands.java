package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.command.EachName;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The small commands of a container's life: kill, pause, unpause, wait, rm, rename. */
final class LifeCommands {

    private LifeCommands() {}

    @Command(customSynopsis = "[OPTIONS] CONTAINER [CONTAINER...]", description = "Kill one or more running containers")
    static final class Kill extends NamesCommand {

        @Option(
                names = {"-s", "--signal"},
                description = "Signal to send to the container")
        String signal;

        Kill(Containers containers) {
            super(containers);
        }

        @Override
        public int run(ClientSession user) throws InterruptedException {
            return EachName.run(names, user, name -> {
                containers.kill(name, signal);
                return name;
            });
        }
    }

    @Command(
            customSynopsis = "CONTAINER [CONTAINER...]",
            description = "Pause all processes within one or more containers")
    static final class Pause extends NamesCommand {

        Pause(Containers containers) {
            super(containers);
        }

        @Override
        public int run(ClientSession user) throws InterruptedException {
            return EachName.run(names, user, name -> {
                containers.pause(name);
                return name;
            });
        }
    }

    @Command(
            customSynopsis = "CONTAINER [CONTAINER...]",
            description = "Unpause all processes within one or more containers")
    static final class Unpause extends NamesCommand {

        Unpause(Containers containers) {
            super(containers);
        }

        @Override
        public int run(ClientSession user) throws InterruptedException {
            return EachName.run(names, user, name -> {
                containers.unpause(name);
                return name;
            });
        }
    }

    @Command(
            customSynopsis = "CONTAINER [CONTAINER...]",
            description = "Block until one or more containers stop, then print their exit codes")
    static final class Wait extends NamesCommand {

        Wait(Containers containers) {
            super(containers);
        }

        @Override
        public int run(ClientSession user) throws InterruptedException {
            List<String> errors = new ArrayList<>();
            for (String name : names) {
                try {
                    CompletableFuture<Exit> exit = containers.await(name, Condition.NOT_RUNNING);
                    user.out().println(Exits.await(exit, user));
                } catch (FeluccaException e) {
                    errors.add("Error response from daemon: " + e.getMessage());
                }
            }
            if (!errors.isEmpty()) {
                throw CommandFailure.of(errors);
            }
            return 0;
        }
    }

    @Command(customSynopsis = "[OPTIONS] CONTAINER [CONTAINER...]", description = "Remove one or more containers")
    static final class Remove extends NamesCommand {

        @Option(
                names = {"-f", "--force"},
                arity = "1",
                description = "Force the removal of a running container (uses SIGKILL)")
        boolean force;

        @Option(
                names = {"-l", "--link"},
                arity = "1",
                description = "Remove the specified link")
        boolean link;

        @Option(
                names = {"-v", "--volumes"},
                arity = "1",
                description = "Remove anonymous volumes associated with the container")
        boolean volumes;

        Remove(Containers containers) {
            super(containers);
        }

        @Override
        public int run(ClientSession user) throws InterruptedException {
            return EachName.run(names, user, name -> {
                String trimmed = name.startsWith("/") ? name.substring(1) : name;
                if (trimmed.isEmpty()) {
                    throw new CommandFailure(1, "invalid container name or ID: value is empty");
                }
                remove(trimmed);
                return name;
            });
        }

        /** With force, one that is not there is told, and no failure (docker 28). */
        private void remove(String name) {
            try {
                if (link) {
                    containers.unlink(name);
                } else {
                    containers.remove(name, force, volumes);
                }
            } catch (FeluccaException e) {
                if (force && e.kind() == FeluccaException.Kind.NOT_FOUND) {
                    throw new CommandFailure(0, "Error response from daemon: " + e.getMessage(), e);
                }
                throw e;
            }
        }
    }

    @Command(customSynopsis = "CONTAINER NEW_NAME", description = "Rename a container")
    static final class Rename extends NamesCommand {

        Rename(Containers containers) {
            super(containers);
        }

        @Override
        public Arguments arguments() {
            return Arguments.exactly(2);
        }

        @Override
        public int run(ClientSession user) {
            try {
                containers.rename(names.get(0), names.get(1));
                return 0;
            } catch (FeluccaException e) {
                throw new CommandFailure(
                        1,
                        "Error response from daemon: " + e.getMessage() + "\nError: failed to rename container named "
                                + names.get(0),
                        e);
            }
        }
    }
}
