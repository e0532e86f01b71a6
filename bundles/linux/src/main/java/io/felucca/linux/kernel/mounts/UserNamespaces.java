package io.felucca.linux.kernel.mounts;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.Sockets.Pipe;
import io.felucca.linux.Spawn;
import io.felucca.linux.files.Fd;
import io.felucca.linux.files.Open;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.linux.kernel.socket.KernelSockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * User namespaces that stand for id maps in mount_setattr(2), kept open. A process of several threads cannot unshare
 * its user namespace, so util-linux's unshare does it around a cat, which lives until its input is closed.
 */
final class UserNamespaces {

    private final Map<IdMap, KernelFd> namespaces = new ConcurrentHashMap<>();
    private final KernelProcesses processes = new KernelProcesses();

    KernelFd of(IdMap map) {
        return namespaces.computeIfAbsent(map, this::make);
    }

    void close() {
        namespaces.values().forEach(KernelFd::close);
        namespaces.clear();
    }

    private KernelFd make(IdMap map) {
        Pipe in = KernelSockets.openPipe();
        Pipe out = KernelSockets.openPipe();
        int pid = 0;
        try {
            pid = processes.spawn(
                    Spawn.of(List.of("unshare", "--user", "--", "cat"), List.of("PATH=/usr/bin:/bin:/usr/sbin:/sbin"))
                            .withStdio(in.source().number(), out.sink().number(), Spawn.NULL_DEVICE));
            out.sink().close();
            in.sink().write(ByteBuffer.wrap(new byte[] {'\n'}));
            if (out.source().read(ByteBuffer.allocate(1)) == Fd.END) {
                throw FeluccaException.system("unshare --user made no user namespace; is it forbidden here"
                        + " (user.max_user_namespaces, kernel.unprivileged_userns_clone)?");
            }
            Path process = Path.of("/proc/" + pid);
            Files.writeString(process.resolve("uid_map"), lines(map.uids()));
            Files.writeString(process.resolve("gid_map"), lines(map.gids()));
            Path namespace = process.resolve("ns/user");
            return new KernelFd(KernelDirectories.openat(namespace, Open.READ, 0), "user namespace of " + map);
        } catch (IOException e) {
            throw FeluccaException.system("cannot set the ids of a user namespace to " + map, e);
        } finally {
            in.sink().close();
            in.source().close();
            out.source().close();
            out.sink().close();
            if (pid != 0) {
                processes.waitFor(pid, 5000);
            }
        }
    }

    static String lines(List<IdMap.Range> ranges) {
        StringBuilder text = new StringBuilder();
        for (IdMap.Range range : ranges) {
            text.append(range.inside()).append(' ').append(range.outside()).append(' ');
            text.append(range.length()).append('\n');
        }
        return text.toString();
    }
}
