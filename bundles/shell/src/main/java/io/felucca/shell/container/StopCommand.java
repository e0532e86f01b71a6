package io.felucca.shell.container;

import io.felucca.containers.Containers;
import io.felucca.shell.command.EachName;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.user.ClientSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stop} and, told so, {@code restart}. */
abstract class StopCommand extends NamesCommand {

    @Option(
            names = {"-s", "--signal"},
            description = "Signal to send to the container")
    String signal;

    @Option(
            names = {"-t", "--timeout", "--time"},
            description = "Seconds to wait before killing the container")
    Integer timeoutSeconds;

    private StopCommand(Containers containers) {
        super(containers);
    }

    @Command(customSynopsis = "[OPTIONS] CONTAINER [CONTAINER...]", description = "Stop one or more running containers")
    static final class Stop extends StopCommand {

        Stop(Containers containers) {
            super(containers);
        }

        @Override
        public int run(ClientSession user) throws InterruptedException {
            return EachName.run(names, user, name -> {
                NotModified.isFine(() -> containers.stop(name, timeoutSeconds, signal));
                return name;
            });
        }
    }

    @Command(customSynopsis = "[OPTIONS] CONTAINER [CONTAINER...]", description = "Restart one or more containers")
    static final class Restart extends StopCommand {

        Restart(Containers containers) {
            super(containers);
        }

        /** In order: a container that is linked to must run before the next one starts. */
        @Override
        public int run(ClientSession user) throws InterruptedException {
            return EachName.inOrder(names, user, "", name -> {
                containers.restart(name, timeoutSeconds, signal);
                return name;
            });
        }
    }
}
