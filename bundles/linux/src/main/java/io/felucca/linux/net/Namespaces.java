package io.felucca.linux.net;

import io.felucca.linux.files.Fd;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.osgi.annotation.versioning.ProviderType;

/** Network namespaces (network_namespaces(7)). Thread-safe. */
@ProviderType
public interface Namespaces {

    /**
     * Makes a namespace with its loopback device up. It lives as long as the descriptor is open, a process is in it or a
     * socket of it is open.
     */
    Fd create();

    /** Opens a namespace's file. @throws io.felucca.FeluccaException NOT_FOUND when there is none */
    Fd open(Path namespace);

    /** The file by which another process, such as an OCI runtime, opens what the descriptor is of while it is open. */
    Path file(Fd namespace);

    /**
     * Does some work on a thread of its own in a namespace, and waits for it. Sockets that it opens belong to the
     * namespace for good, and {@code /proc/sys/net} shows the namespace's settings.
     *
     * @param namespace such as {@code /proc/PID/ns/net}
     * @throws io.felucca.FeluccaException NOT_FOUND when there is no such file; what the work throws is thrown on, a
     *     checked exception as the cause of SYSTEM
     */
    <T> T call(Path namespace, Callable<T> work);
}
