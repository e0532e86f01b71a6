package io.felucca.builder.work;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.folders.RecordFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one build. What is made outside of it (layers, containers) is written down in it before it is made, so
 * that the next start of the engine finds and removes what a crash left. Thread-safe, but for closing it.
 */
public final class BuildFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BuildFolder.class);
    private static final String USER = "build";
    private static final String MADE = "made";

    private final Path folder;
    private final Services services;
    private final AtomicInteger files = new AtomicInteger();

    private BuildFolder(Path folder, Services services) {
        this.folder = folder;
        this.services = services;
    }

    public static BuildFolder make(Path parent, Services services) {
        Path folder = parent.resolve(Services.newId().substring(0, 16));
        RecordFile.makeFolder(parent);
        try {
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the folder of a build: " + e, e);
        }
        return new BuildFolder(folder, services);
    }

    /** What builds of an engine before this one left, to be closed; asked before the first build of this one. */
    public static List<BuildFolder> left(Path parent, Services services) {
        List<BuildFolder> found = new ArrayList<>();
        if (Files.isDirectory(parent)) {
            try (var folders = Files.newDirectoryStream(parent)) {
                folders.forEach(folder -> found.add(new BuildFolder(folder, services)));
            } catch (IOException e) {
                LOG.warn("what earlier builds left stays in {}: {}", parent, e.getMessage());
            }
        }
        return found;
    }

    /** Closes each; one that cannot be closed stays for the next start and keeps none of the others. */
    public static void closeAll(List<BuildFolder> left) {
        for (BuildFolder each : left) {
            try {
                each.close();
            } catch (RuntimeException e) {
                LOG.warn("what an earlier build made stays in {} until the next start", each.folder, e);
            }
        }
    }

    /** The id of this build: hexadecimal digits. */
    public String id() {
        return folder.getFileName().toString();
    }

    /** A new folder in it, for files that are no context. */
    public Path newFolder() {
        Path made = folder.resolve("f" + files.incrementAndGet());
        try {
            return Files.createDirectory(made);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make " + made + ": " + e, e);
        }
    }

    /** Removes a folder of it before its end. */
    public void removeFolder(Path made) {
        try (Directory parent = services.directories().open(folder)) {
            parent.removeTree(made.getFileName().toString().getBytes(StandardCharsets.US_ASCII));
        }
    }

    public synchronized void note(String line) {
        try {
            Files.writeString(folder.resolve(MADE), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw FeluccaException.system("cannot write down what a build makes in " + folder + ": " + e, e);
        }
    }

    /** A layer that is mounted until it is closed, and then goes. */
    public final class MountedLayer implements AutoCloseable {

        private final String driver;
        private final String key;
        private final Path path;

        private MountedLayer(String driver, String key) {
            this.driver = driver;
            this.key = key;
            try {
                path = services.storage().mount(driver, key, USER);
            } catch (RuntimeException e) {
                services.storage().remove(driver, key);
                throw e;
            }
        }

        public String driver() {
            return driver;
        }

        public String key() {
            return key;
        }

        public Path path() {
            return path;
        }

        public Directory open() {
            return services.directories().open(path);
        }

        public void unmount() {
            services.storage().unmount(driver, key, USER);
        }

        @Override
        public void close() {
            try {
                unmount();
            } finally {
                services.storage().remove(driver, key);
            }
        }
    }

    /** @param chain of the layer below, or empty */
    public MountedLayer writable(String driver, String key, String chain) {
        note("layer " + driver + " " + key);
        services.storage().with(driver, store -> {
            store.prepare(key, chain, IdMap.NONE);
            return key;
        });
        return new MountedLayer(driver, key);
    }

    /** A look at a layer; an image without layers is looked at as an empty one. */
    public MountedLayer view(String driver, String chain) {
        String key = Services.newId();
        if (chain.isEmpty()) {
            return writable(driver, key, "");
        }
        note("layer " + driver + " " + key);
        services.storage().with(driver, store -> {
            store.view(key, chain);
            return key;
        });
        return new MountedLayer(driver, key);
    }

    /** Removes all that was written down, and the folder. */
    @Override
    public void close() {
        List<String> lines = new ArrayList<>();
        try {
            lines.addAll(Files.readAllLines(folder.resolve(MADE), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            LOG.debug("the build {} made nothing", folder);
        } catch (IOException e) {
            throw FeluccaException.system("cannot read what a build made in " + folder + ": " + e, e);
        }
        Collections.reverse(lines);
        boolean clean = true;
        for (String line : lines) {
            String[] words = line.split(" ");
            // A crash may have cut the last line; what it names was not made then.
            boolean whole = words.length > 1;
            boolean kept = words[0].equals("kept") || whole && lines.contains("kept " + words[1]);
            if (whole && !kept) {
                clean &= remove(words);
            }
        }
        if (clean) {
            try (Directory parent = services.directories().open(folder.getParent())) {
                parent.removeTree(folder.getFileName().toString().getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private boolean remove(String[] words) {
        try {
            if (words[0].equals("container")) {
                services.containers().remove(words[1], true, true);
            } else if (words[0].equals("mount") && words.length == 3) {
                services.storage().unmount(words[1], words[2], USER);
            } else if (words.length == 3) {
                services.storage().unmount(words[1], words[2], USER);
                services.storage().remove(words[1], words[2]);
            }
            return true;
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                return true;
            }
            LOG.warn("what a build made stays ({}), until the next start: {}", String.join(" ", words), e.getMessage());
            return false;
        }
    }
}
