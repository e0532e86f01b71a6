package io.felucca.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * The bundles of the distribution: {@code bundles/N/name.jar} has start level N; what lies in {@code bundles/on-demand}
 * is installed and not started. The framework keeps what it installed from one start to the next and reads the jars
 * where they are; only what came, went or changed since is touched, bundles that users installed never.
 */
final class DistributionBundles {

    private static final String ON_DEMAND = "on-demand";
    private static final String LOCATION = "reference:file:";

    private final Path folder;
    private final Path stampFile;

    /** @param stampFile remembers size, inode and change time of each jar that is installed */
    DistributionBundles(Path folder, Path stampFile) {
        this.folder = folder;
        this.stampFile = stampFile;
    }

    /** The highest start level. */
    int levels() {
        return folders(folder).stream()
                .map(f -> f.getFileName().toString())
                .filter(name -> !name.equals(ON_DEMAND))
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(1);
    }

    /** To be called on a framework that is initialised and not yet started. */
    void install(BundleContext framework) throws IOException, BundleException {
        Map<String, Path> jars = new TreeMap<>();
        for (Path level : folders(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(level, "*.jar")) {
                found.forEach(jar -> jars.put(LOCATION + jar, jar));
            }
        }
        Properties known = new Properties();
        if (Files.exists(stampFile)) {
            try (InputStream in = Files.newInputStream(stampFile)) {
                known.load(in);
            }
        }
        boolean changed = false;
        for (Bundle bundle : framework.getBundles()) {
            String location = bundle.getLocation();
            if (location.startsWith(LOCATION) && !jars.containsKey(location) && known.containsKey(location)) {
                bundle.uninstall();
                known.remove(location);
                changed = true;
            }
        }
        for (Map.Entry<String, Path> entry : jars.entrySet()) {
            String location = entry.getKey();
            String stamp = stamp(entry.getValue());
            Bundle bundle = framework.getBundle(location);
            String knownStamp = known.getProperty(location);
            if (bundle != null && stamp.equals(knownStamp)) {
                continue;
            }
            boolean isNew = bundle == null || knownStamp == null;
            if (bundle == null) {
                bundle = install(framework, location);
            } else {
                bundle.update();
            }
            if (isNew) {
                begin(bundle, entry.getValue().getParent().getFileName().toString());
            }
            known.setProperty(location, stamp);
            changed = true;
        }
        if (changed) {
            try (OutputStream out = Files.newOutputStream(stampFile)) {
                known.store(out, null);
            }
        }
    }

    /** Also for a bundle that a launcher killed on its way had installed and not yet begun. */
    private static void begin(Bundle bundle, String level) throws BundleException {
        if (!level.equals(ON_DEMAND)) {
            bundle.adapt(BundleStartLevel.class).setStartLevel(Integer.parseInt(level));
            bundle.start(Bundle.START_ACTIVATION_POLICY);
        }
    }

    private static Bundle install(BundleContext framework, String location) throws BundleException {
        try {
            return framework.installBundle(location);
        } catch (BundleException e) {
            throw new BundleException("cannot install " + location + ": " + e.getMessage(), e);
        }
    }

    private static String stamp(Path jar) throws IOException {
        Map<String, Object> facts = Files.readAttributes(jar, "unix:size,ino,ctime");
        return facts.get("size") + " " + facts.get("ino") + " " + facts.get("ctime");
    }

    private static List<Path> folders(Path folder) {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, Files::isDirectory)) {
            found.forEach(folders::add);
        } catch (IOException e) {
            throw new LaunchException("cannot read the bundles in " + folder + ": " + e, e);
        }
        folders.sort(null);
        return folders;
    }
}
