package io.felucca.network.bridge;

import io.felucca.engine.EngineRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The engine and the network that a bridge is for, as its alias says, and where that engine keeps its data.
 *
 * @param dataRoot empty where the alias has no room for it, or an older engine wrote it
 */
record BridgeOwner(String engineId, String networkId, Optional<Path> dataRoot) {

    private static final String ENGINE = "felucca ";
    private static final String NETWORK = " network ";
    private static final String DATA_ROOT = " of ";
    /** IFALIASZ, with the byte that ends it. */
    private static final int ALIAS_BYTES = 255;

    private static final String ID_FILE = "engine-id";
    private static final String LOCK_FILE = "/engine.lock";
    private static final String DELETED = " (deleted)";
    private static final int ID_FILE_BYTES = 64;

    /** The owner that a new bridge gets. A data root is told where another engine can recognize it. */
    static BridgeOwner of(EngineRoot engine, String networkId) {
        Path root = engine.dataRoot();
        try {
            root = root.toRealPath();
        } catch (IOException e) {
            // A root that is not there names no engine.
            return new BridgeOwner(engine.id(), networkId, Optional.empty());
        }
        return new BridgeOwner(engine.id(), networkId, Optional.of(root).filter(path -> holds(path, engine.id())));
    }

    /** Empty for a bridge that no engine made. */
    static Optional<BridgeOwner> parse(String alias) {
        int network = alias.indexOf(NETWORK);
        if (!alias.startsWith(ENGINE) || network < 0) {
            return Optional.empty();
        }
        String rest = alias.substring(network + NETWORK.length());
        int root = rest.indexOf(DATA_ROOT);
        return Optional.of(new BridgeOwner(
                alias.substring(ENGINE.length(), network),
                root < 0 ? rest : rest.substring(0, root),
                root < 0 ? Optional.empty() : Optional.of(Path.of(rest.substring(root + DATA_ROOT.length())))));
    }

    String alias() {
        String text = ENGINE + engineId + NETWORK + networkId;
        String whole = text + dataRoot.map(root -> DATA_ROOT + root).orElse("");
        return whole.getBytes(StandardCharsets.UTF_8).length <= ALIAS_BYTES ? whole : text;
    }

    boolean isSameNetwork(BridgeOwner other) {
        return engineId.equals(other.engineId) && networkId.equals(other.networkId);
    }

    /**
     * Whether the engine's data root is known to be gone, and no process may be that engine: each engine has its lock
     * open, which may be seen from here by the last part of its path alone.
     */
    boolean isGone() {
        return dataRoot.isPresent() && !holds(dataRoot.get(), engineId) && !isRunning();
    }

    private static boolean holds(Path dataRoot, String engineId) {
        return idIn(dataRoot).filter(engineId::equals).isPresent();
    }

    private static Optional<String> idIn(Path dataRoot) {
        Path file = dataRoot.resolve(ID_FILE);
        try {
            boolean readable =
                    Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= ID_FILE_BYTES;
            return readable
                    ? Optional.of(
                            Files.readString(file, StandardCharsets.ISO_8859_1).trim())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private boolean isRunning() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path process : processes) {
                if (mayBe(process)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private boolean mayBe(Path process) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : open) {
                if (isLock(descriptor)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // A process that has just ended.
            return false;
        }
        return false;
    }

    private boolean isLock(Path descriptor) {
        String file;
        try {
            file = Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // A descriptor that has just been closed.
            return false;
        }
        boolean deleted = file.endsWith(DELETED);
        String path = deleted ? file.substring(0, file.length() - DELETED.length()) : file;
        Path lock = Path.of(dataRoot.orElseThrow() + LOCK_FILE);
        // From another mount namespace only the path below its mount is seen.
        boolean candidate = path.endsWith(LOCK_FILE) && lock.toString().endsWith(path);
        return candidate && (deleted || !isSame(descriptor, lock));
    }

    /** The lock that is there now is that of a later engine, with an id of its own. */
    private static boolean isSame(Path descriptor, Path lock) {
        try {
            return Files.isSameFile(descriptor, lock);
        } catch (IOException e) {
            return false;
        }
    }
}
