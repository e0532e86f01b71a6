package io.felucca.embedding;

import io.felucca.containers.Container;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ProviderType;

/** A container of the engine's. It may have gone since: then methods fail with NOT_FOUND. Thread-safe. */
@ProviderType
public interface ContainerHandle extends AutoCloseable {

    /** 64 hexadecimal digits. */
    String id();

    /** Its name now, which a rename changes. */
    String name();

    Container inspect();

    boolean isRunning();

    /** Nothing happens when it runs already. */
    void start();

    CompletableFuture<Void> startAsync();

    /** Sends its stop signal and kills it when it has not ended after its own time, 10 s by default. */
    void stop();

    /** @param patience whole seconds before it is killed; zero kills at once */
    void stop(Duration patience);

    CompletableFuture<Void> stopAsync();

    /** @param signal such as {@code HUP} */
    void kill(String signal);

    /** Completes with its exit code once it does not run; at once when it does not run now. Cancel it when nobody waits. */
    CompletableFuture<Integer> exitCode();

    /** The lines logged until now. The caller closes the stream; lines are read as the stream is. */
    Stream<LogLine> logs();

    /** The lines logged until now and those that come, until the container ends or the stream is closed. It blocks for more. */
    Stream<LogLine> follow();

    /** Runs a program in it and waits for its end. */
    CommandResult exec(String... words);

    CompletableFuture<CommandResult> execAsync(String... words);

    /**
     * The port of the host that leads to a TCP port of the container.
     *
     * @throws io.felucca.FeluccaException NOT_FOUND when it does not run or that port is not published
     */
    int publishedPort(int containerPort);

    /** Kills and removes it with its anonymous volumes. */
    void remove();

    /** As {@link #remove}; nothing happens when it has gone. */
    @Override
    void close();
}
