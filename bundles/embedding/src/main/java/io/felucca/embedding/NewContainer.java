package io.felucca.embedding;

import io.felucca.containers.ContainerSpec;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A container to be made, with Docker's defaults for what is not said. Each method changes and returns this builder,
 * which may make several containers when it gives them no name. Not thread-safe, but for the futures that it has returned.
 */
@ProviderType
public interface NewContainer {

    /** Without it the container gets an automatic name. */
    NewContainer name(String name);

    /** The program's arguments, or the program itself for an image without an entrypoint. */
    NewContainer command(String... words);

    /** In the place of the image's; without words the image's is cleared. */
    NewContainer entrypoint(String... words);

    NewContainer environment(String name, String value);

    NewContainer workingDirectory(String path);

    /** @param user name or number, with {@code :group} or without */
    NewContainer user(String user);

    NewContainer hostname(String name);

    NewContainer label(String name, String value);

    /** Publishes a TCP port on every address of the host. @param hostPort 0 for any that is free */
    NewContainer publish(int hostPort, int containerPort);

    /** Publishes a TCP port on one address of the host, such as {@code 127.0.0.1}. @param hostPort 0 for any that is free */
    NewContainer publish(String hostAddress, int hostPort, int containerPort);

    /** Mounts a volume, which is made when it is not there. */
    NewContainer volume(String name, String path);

    /** Mounts a file or folder of the host, which must be there. */
    NewContainer bind(Path source, String path);

    /** As {@link #bind}; the container cannot write to it. */
    NewContainer bindReadOnly(Path source, String path);

    NewContainer tmpfs(String path);

    /** @param name of a network, or {@code none} or {@code host} */
    NewContainer network(String name);

    /** @param bytes that its processes may use together */
    NewContainer memory(long bytes);

    /** @param processors such as 1.5 */
    NewContainer cpus(double processors);

    /** @param policy {@code no}, {@code always}, {@code unless-stopped} or {@code on-failure} */
    NewContainer restart(String policy);

    /** Its root filesystem cannot be written. */
    NewContainer readOnly();

    /** It goes when it ends. */
    NewContainer autoRemove();

    /** A last change of what the engine is given, for all that has no method here. Several are made in turn. */
    NewContainer adjust(UnaryOperator<ContainerSpec> change);

    /** The spec that the engine is given. */
    ContainerSpec spec();

    /** Makes it. Nothing is left behind when that fails. */
    ContainerHandle create();

    /** Makes and starts it. Nothing is left behind when one of them fails. */
    ContainerHandle start();

    CompletableFuture<ContainerHandle> startAsync();

    /** Makes and starts it, waits for its end, and removes it with its anonymous volumes. */
    CommandResult run();

    CompletableFuture<CommandResult> runAsync();
}
