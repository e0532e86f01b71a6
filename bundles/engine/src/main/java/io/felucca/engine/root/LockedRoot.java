package io.felucca.engine.root;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.engine.EngineRoot;
import io.felucca.linux.SubordinateIds;
import io.felucca.linux.files.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's two roots, locked from activation to deactivation. Needs its configuration: it never locks a default by chance. */
@Component(immediate = true, configurationPid = EngineConfig.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = EngineConfig.class)
public final class LockedRoot implements EngineRoot {

    private static final Logger LOG = LoggerFactory.getLogger(LockedRoot.class);

    private final RootFolders folders;
    private final RootLock dataLock;
    private final RootLock execLock;
    private final String id;

    @Activate
    public LockedRoot(EngineConfig config, @Reference Directories directories) {
        this(
                requireRoot(config.data_root(), ownUser()),
                Path.of(config.exec_root()),
                idMap(config.userns_remap()),
                directories);
    }

    /** The effective user: whom proc(5) gives the folder of a process to. */
    private static int ownUser() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self/task"), "unix:uid");
        } catch (IOException e) {
            throw FeluccaException.system("read the owner of /proc/self/task: " + e.getMessage(), e);
        }
    }

    /** @throws FeluccaException FORBIDDEN for another user than root, which is said in the log too */
    static Path requireRoot(String dataRoot, int user) {
        if (user != 0) {
            String message = "the felucca engine needs root privileges, and this process runs as user " + user
                    + ": start it as root; nothing was done to " + dataRoot;
            LOG.error("{}", message);
            throw FeluccaException.forbidden(message);
        }
        return Path.of(dataRoot);
    }

    /** A user without ids is refused, with the reason, by what starts containers. */
    private static IdMap idMap(String remap) {
        try {
            return new SubordinateIds(Path.of("/etc")).read(remap);
        } catch (FeluccaException e) {
            LOG.debug("no group of remapped containers passes the roots: {}", e.getMessage());
            return IdMap.NONE;
        }
    }

    /** @throws FeluccaException INVALID for a bad path, CONFLICT when another engine or its containers have a root */
    LockedRoot(Path dataRoot, Path execRoot, IdMap idMap, Directories directories) {
        folders = RootFolders.make(dataRoot, execRoot, idMap);
        dataLock = RootLock.take("data root", folders.dataRoot(), directories);
        RootLock second = null;
        try {
            second = RootLock.take("exec root", folders.execRoot(), directories);
            id = new EngineId(folders.dataRoot().resolve("engine-id")).readOrMake();
            new ExecRootOwner(folders.execRoot(), Path.of("/proc")).claim(id, folders.dataRoot());
        } catch (FeluccaException e) {
            if (second != null) {
                second.close();
            }
            dataLock.close();
            throw e;
        }
        execLock = second;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Path dataRoot() {
        return folders.dataRoot();
    }

    @Override
    public Path execRoot() {
        return folders.execRoot();
    }

    @Deactivate
    void close() {
        execLock.close();
        dataLock.close();
    }
}
