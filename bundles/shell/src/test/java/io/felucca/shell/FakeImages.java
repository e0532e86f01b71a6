package io.felucca.shell;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Image;
import io.felucca.images.ImageConfig;
import io.felucca.images.Images;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** An image store with one image, busybox. */
public final class FakeImages implements Images {

    public final List<String> calls = new CopyOnWriteArrayList<>();
    public String imported;
    public FeluccaException saveFailure;
    private List<Image> listed = List.of(BUSYBOX);

    private static final Image BUSYBOX = new Image(
            FakeContainers.IMAGE,
            List.of("busybox:latest", "reg.example.com:5000/a/b:x"),
            List.of(),
            "",
            "Imported from -",
            FakeContainers.NOW.minusSeconds(22 * 60),
            "",
            "amd64",
            "",
            "linux",
            1_982_256,
            List.of(Digest.ofHex("cd".repeat(32))),
            ImageConfig.EMPTY,
            List.of(
                    new Image.History(
                            FakeContainers.NOW.minusSeconds(7200),
                            "/bin/sh -c #(nop) ADD file",
                            "",
                            "",
                            false,
                            1_982_256),
                    new Image.History(FakeContainers.NOW.minusSeconds(60), "", "", "Imported from -", true, 0)));

    @Override
    public Digest importUrl(String url, Import image, Progress progress) {
        calls.add("import " + url + " " + image);
        return FakeContainers.IMAGE;
    }

    @Override
    public Digest importRootfs(InputStream archive, Import image, Progress progress) {
        try {
            imported = new String(archive.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw FeluccaException.system("reading the archive failed: " + e.getMessage(), e);
        }
        calls.add("import " + image);
        return FakeContainers.IMAGE;
    }

    @Override
    public List<Loaded> load(InputStream archive, Progress progress) {
        return List.of(new Loaded("busybox:latest", FakeContainers.IMAGE), new Loaded("", FakeContainers.IMAGE));
    }

    @Override
    public void save(List<String> names, OutputStream out) {
        try {
            out.write("archive".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw FeluccaException.system("writing failed", e);
        }
        if (saveFailure != null) {
            throw saveFailure;
        }
    }

    @Override
    public Image get(String name) {
        if (name.startsWith("busybox") || name.equals(FakeContainers.IMAGE.value())) {
            return BUSYBOX;
        }
        throw FeluccaException.notFound("No such image: " + name + (name.contains(":") ? "" : ":latest"));
    }

    @Override
    public List<Image> list(boolean all, Map<String, List<String>> filters) {
        calls.add("list " + all + " " + filters);
        return listed;
    }

    /** The one image that is listed has these names. */
    public void name(List<String> tags, List<String> repoDigests) {
        listed = List.of(new Image(
                BUSYBOX.id(),
                tags,
                repoDigests,
                "",
                "",
                BUSYBOX.created(),
                "",
                "amd64",
                "",
                "linux",
                BUSYBOX.sizeBytes(),
                BUSYBOX.diffIds(),
                BUSYBOX.config(),
                List.of()));
    }

    @Override
    public void tag(String name, String target) {
        calls.add("tag " + name + " " + target);
    }

    @Override
    public List<Removed> remove(String name, boolean force, boolean prune) {
        get(name);
        return List.of(new Removed(name + ":latest", ""), new Removed("", FakeContainers.IMAGE.value()));
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        calls.add("prune " + filters);
        return new Pruned(new ArrayList<>(List.of(new Removed("", FakeContainers.IMAGE.value()))), 4_261_000);
    }

    @Override
    public String unpack(Digest id, String driver) {
        return "";
    }

    @Override
    public boolean evict(Digest id, String driver) {
        calls.add("pack " + id.shortHex() + " " + driver);
        return true;
    }

    @Override
    public Set<String> unpackedIn(Digest id) {
        return Set.of("overlay2");
    }

    @Override
    public List<StoredLayer> storedLayers() {
        String chain = "ab".repeat(32);
        return List.of(
                new StoredLayer("overlay2", chain, "", 1_982_256, Set.of(FakeContainers.IMAGE)),
                new StoredLayer("overlay2", "init-" + chain, chain, 0, Set.of(FakeContainers.IMAGE)),
                new StoredLayer("vfs", "f".repeat(64), "", 7, Set.of()));
    }

    @Override
    public DiskUsage diskUsage() {
        return new DiskUsage(0, Map.of(), 0, Map.of());
    }
}
