package io.felucca.engine.root;

import io.felucca.FeluccaException;
import io.felucca.engine.EngineRoot;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** The engine's root, held from activation to deactivation. Needs its configuration: it never locks a default by chance. */
@Component(immediate = true, configurationPid = EngineConfig.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = EngineConfig.class)
public final class LockedRoot implements EngineRoot {

    private final RootFolders folders;
    private final RootLock lock;
    private final String id;

    @Activate
    public LockedRoot(EngineConfig config) {
        this(Path.of(config.data_root()), Path.of(config.exec_root()));
    }

    /** @throws FeluccaException INVALID for a bad path, CONFLICT when another engine has the root, SYSTEM */
    LockedRoot(Path dataRoot, Path execRoot) {
        folders = RootFolders.make(dataRoot, execRoot);
        lock = RootLock.take(folders.dataRoot());
        try {
            id = new EngineId(folders.dataRoot().resolve("engine-id")).readOrMake();
        } catch (FeluccaException e) {
            lock.close();
            throw e;
        }
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
        lock.close();
    }
}
