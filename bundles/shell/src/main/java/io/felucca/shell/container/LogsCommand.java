package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.Timestamp;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.LogQuery;
import io.felucca.docker.text.DockerTime;
import io.felucca.docker.text.LogDetails;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.user.ClientSession;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code logs}: what a container wrote. */
@Command(customSynopsis = "[OPTIONS] CONTAINER", description = "Fetch the logs of a container")
final class LogsCommand extends NamesCommand {

    @Option(names = "--details", arity = "1", description = "Show extra details provided to logs")
    boolean details;

    @Option(
            names = {"-f", "--follow"},
            arity = "1",
            description = "Follow log output")
    boolean follow;

    @Option(
            names = "--since",
            description =
                    "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)")
    String since;

    @Option(
            names = {"-n", "--tail"},
            description = "Number of lines to show from the end of the logs (default \"all\")")
    String tail = "all";

    @Option(
            names = {"-t", "--timestamps"},
            arity = "1",
            description = "Show timestamps")
    boolean timestamps;

    @Option(
            names = "--until",
            description =
                    "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)")
    String until;

    private final Clock clock;

    LogsCommand(Containers containers, Clock clock) {
        super(containers);
        this.clock = clock;
    }

    @Override
    public Arguments arguments() {
        return Arguments.exactly(1);
    }

    @Override
    @SuppressWarnings("try") // what only has to be closed
    public int run(ClientSession user) {
        Container container = containers.get(names.get(0));
        boolean tty = container.config().tty();
        LogQuery query = new LogQuery(follow, true, true, time("since", since), time("until", until), lines());
        byte[] extra = details ? (LogDetails.of(container) + " ").getBytes(StandardCharsets.UTF_8) : new byte[0];
        Thread reading = Thread.currentThread();
        try (ClientSession.Ending watch = user.onGone(reading::interrupt)) {
            containers.logs(container.id(), query, (time, stderr, line) -> {
                PrintStream stream = stderr && !tty ? user.err() : user.out();
                if (timestamps) {
                    byte[] stamp = (DockerTime.nanoseconds(time) + " ").getBytes(StandardCharsets.US_ASCII);
                    stream.write(stamp, 0, stamp.length);
                }
                stream.write(extra, 0, extra.length);
                stream.write(line, 0, line.length);
                return !stream.checkError();
            });
        }
        return 0;
    }

    private Instant time(String option, String word) {
        if (word == null || word.isEmpty()) {
            return null;
        }
        try {
            return Timestamp.parse(word, clock.instant());
        } catch (FeluccaException e) {
            throw new CommandFailure(1, "invalid value for \"" + option + "\": " + e.getMessage(), e);
        }
    }

    /** Like Docker's, what is no number or negative means all lines. */
    private int lines() {
        try {
            return Math.max(-1, Integer.parseInt(tail));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
