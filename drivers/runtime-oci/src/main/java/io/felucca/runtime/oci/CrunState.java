package io.felucca.runtime.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.FeluccaException;
import io.felucca.linux.Sockets;
import io.felucca.linux.files.Fd;
import io.felucca.runtime.oci.cgroup.ContainerCgroups;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two of crun's commands done in this process, each of which would cost a program start of 3 to 4 ms: what {@code crun
 * start} and {@code crun delete} were seen to do (crun 1.8.1, strace) with the files of a container in its state folder,
 * {@code status}, {@code config.json} and {@code exec.fifo}. Whatever looks different from that is left to crun itself.
 */
final class CrunState {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** All that crun 1.8 keeps of a container; {@code status} goes last, since it says what is still to be done. */
    private static final List<String> FILES = List.of("exec.fifo", "seccomp.bpf", "config.json", "status");

    private CrunState() {}

    /** Writes to the fifo on which the container's process waits to be let go. False when crun has to do it. */
    static boolean start(RuntimeProgram program, String id, Sockets sockets) {
        Path fifo = program.stateOf(id).resolve("exec.fifo");
        if (!Files.exists(fifo) || !isAlive(status(program, id))) {
            return false;
        }
        try (Fd open = sockets.openFifo(fifo, true)) {
            Files.delete(fifo);
            open.writeFully(ByteBuffer.allocateDirect(1));
            return true;
        } catch (IOException e) {
            throw FeluccaException.system("starting container " + id + " by " + fifo, e);
        }
    }

    /**
     * Removes the cgroup and the state of a container whose process has ended. False, with nothing lost, when crun has to
     * do it: processes are left, or cgroups below.
     */
    static boolean delete(RuntimeProgram program, String id) {
        JsonNode status = status(program, id);
        String cgroup = status.path("cgroup-path").asText("");
        if (!ContainerCgroups.isPlain(cgroup) || status.path("systemd-cgroup").asBoolean() || isAlive(status)) {
            return false;
        }
        Path state = program.stateOf(id);
        try {
            if (!isKnown(state)) {
                return false;
            }
            for (Path mount : ContainerCgroups.mounts()) {
                Files.deleteIfExists(Path.of(mount + cgroup));
            }
            for (String file : FILES) {
                Files.deleteIfExists(state.resolve(file));
            }
            Files.deleteIfExists(state);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (FileSystemException e) {
            return false; // busy: a process is left in it
        } catch (IOException e) {
            throw FeluccaException.system("removing what crun keeps of container " + id, e);
        }
    }

    /** The cgroup that crun made for the container. */
    static String cgroup(RuntimeProgram program, String id) {
        String cgroup = status(program, id).path("cgroup-path").asText("");
        if (!ContainerCgroups.isPlain(cgroup)) {
            throw FeluccaException.system("crun says no cgroup of container " + id + " in " + program.stateOf(id));
        }
        return cgroup;
    }

    private static boolean isKnown(Path state) throws IOException {
        try (Stream<Path> files = Files.list(state)) {
            return files.allMatch(file -> FILES.contains(file.getFileName().toString()));
        }
    }

    private static boolean isAlive(JsonNode status) {
        int pid = status.path("pid").asInt();
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            boolean same = fields[19].equals(status.path("process-start-time").asText());
            return same && !fields[0].equals("Z") && !fields[0].equals("X");
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return false; // ESRCH: it ended while it was read
        }
    }

    private static JsonNode status(RuntimeProgram program, String id) {
        Path file = program.stateOf(id).resolve("status");
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }
}
