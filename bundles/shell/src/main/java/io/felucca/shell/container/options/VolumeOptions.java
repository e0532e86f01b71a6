package io.felucca.shell.container.options;

import io.felucca.containers.MountSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** What {@code run} and {@code create} mount into a container. */
final class VolumeOptions {

    @Option(
            names = "--mount",
            paramLabel = "mount",
            converter = MountForm.class,
            description = "Attach a filesystem mount to the container")
    List<MountSpec> mounts = new ArrayList<>();

    @Option(
            names = {"-v", "--volume"},
            description = "Bind mount a volume")
    List<String> volumes = new ArrayList<>();

    @Option(names = "--volume-driver", description = "Optional volume driver for the container")
    String volumeDriver;

    @Option(names = "--volumes-from", description = "Mount volumes from the specified container(s)")
    List<String> volumesFrom = new ArrayList<>();

    /** {@code -v} with a source; null where there is none, as the docker command sends it. */
    List<String> binds(String directory) {
        List<String> binds = new ArrayList<>();
        for (String word : volumes) {
            check(word);
            int colon = word.indexOf(':');
            if (colon > 0) {
                String source = word.substring(0, colon);
                binds.add((source.startsWith(".") ? absolute(source, directory) : source) + word.substring(colon));
            }
        }
        return binds.isEmpty() ? null : binds;
    }

    /** {@code -v} with a path in the container alone. */
    Set<String> anonymous() {
        Set<String> paths = new LinkedHashSet<>();
        for (String word : volumes) {
            check(word);
            if (word.indexOf(':') < 0) {
                paths.add(word);
            }
        }
        return paths;
    }

    /** In the words of Docker's command line. */
    private static void check(String word) {
        if (word.isEmpty()) {
            throw SpecWords.wrong("invalid empty volume spec");
        }
        String[] parts = word.split(":", -1);
        for (String part : parts) {
            if (part.isEmpty()) {
                throw SpecWords.wrong("invalid spec: " + word + ": empty section between colons");
            }
        }
        if (parts.length > 3) {
            throw SpecWords.wrong("invalid spec: " + word + ": too many colons");
        }
    }

    List<MountSpec> mounts(String directory) {
        return mounts.stream().map(mount -> resolved(mount, directory)).toList();
    }

    private static MountSpec resolved(MountSpec mount, String directory) {
        boolean relative = mount.source().equals(".") || mount.source().startsWith("./");
        return !relative
                ? mount
                : new MountSpec(
                        mount.type(),
                        absolute(mount.source(), directory),
                        mount.target(),
                        mount.readOnly(),
                        mount.consistency(),
                        mount.bind(),
                        mount.volume(),
                        mount.tmpfs());
    }

    /** As Go's filepath.Abs, at the user's side: names are not this engine's, so that no Path is made of them. */
    private static String absolute(String path, String directory) {
        List<String> parts = new ArrayList<>();
        for (String part : (directory + "/" + path).split("/+")) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.remove(parts.size() - 1);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }
}
