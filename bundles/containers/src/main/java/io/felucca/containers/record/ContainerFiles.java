package io.felucca.containers.record;

import io.felucca.engine.EngineRoot;
import java.nio.file.Path;

/** Where everything of containers lies: {@code <data root>/containers/<id>} and, for sockets, {@code <exec root>/c}. */
public final class ContainerFiles {

    /** Digits of an id that name a folder in the exec root: a socket's path has room for no more. */
    private static final int SHORT = 16;

    private final Path containers;
    private final Path tasks;

    public ContainerFiles(EngineRoot root) {
        this(root.dataRoot().resolve("containers"), root.execRoot().resolve("c"));
    }

    ContainerFiles(Path containers, Path tasks) {
        this.containers = containers;
        this.tasks = tasks;
    }

    public Path containers() {
        return containers;
    }

    /** Of all containers, what a reboot may lose. */
    public Path tasks() {
        return tasks;
    }

    /** Folders of containers that are no more, until they are deleted. */
    public Path trash() {
        return containers.resolveSibling("trash");
    }

    /** Folders of tasks that are no more. */
    public Path taskTrash() {
        return tasks.resolveSibling("trash");
    }

    public Path folder(String id) {
        return containers.resolve(id);
    }

    public Path config(String id) {
        return folder(id).resolve("config.json");
    }

    public Path state(String id) {
        return folder(id).resolve("state.json");
    }

    public Path hosts(String id) {
        return folder(id).resolve("hosts");
    }

    public Path hostname(String id) {
        return folder(id).resolve("hostname");
    }

    public Path resolvConf(String id) {
        return folder(id).resolve("resolv.conf");
    }

    /** The spool that the monitor writes. */
    public Path log(String id) {
        return folder(id).resolve("container.log");
    }

    /** How far a log driver has taken the spool. */
    public Path forwarded(String id) {
        return folder(id).resolve("forwarded");
    }

    /** There when the removal that is under way takes anonymous volumes along. */
    public Path removesVolumes(String id) {
        return folder(id).resolve("removes-volumes");
    }

    /** Exit files of one start. */
    public Path exit(String id, int run) {
        return folder(id).resolve("exit").resolve(Integer.toString(run));
    }

    public Path exitsOfExecs(String id) {
        return folder(id).resolve("exec");
    }

    /** All that a running container has in the exec root. */
    public Path task(String id) {
        return tasks.resolve(id.substring(0, SHORT));
    }

    public Path bundle(String id) {
        return task(id).resolve("b");
    }

    public Path monitor(String id) {
        return task(id).resolve("m");
    }

    /** Where the engine mounts what others may share; also of an id's first digits. */
    public Path sharedMemory(String id) {
        return tasks.resolveSibling("shm").resolve(id.substring(0, SHORT));
    }

    public Path execs(String id) {
        return task(id).resolve("e");
    }
}
