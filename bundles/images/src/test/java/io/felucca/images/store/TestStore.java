package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.events.Events;
import io.felucca.images.ImageUsers;
import io.felucca.images.Images;
import io.felucca.images.remove.DiskPressure;
import io.felucca.images.unpack.LayerWriter;
import io.felucca.linux.kernel.LibCrypto;
import io.felucca.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An image store on a folder, with storage that is folders too and containers that a test makes up. */
public final class TestStore implements ImageUsers {

    final Path root;
    public final Storage storage;
    public final ImageStore images;
    public final Map<Digest, List<Use>> uses = new HashMap<>();

    /** Actions and ids that were told, in order. */
    public final List<String> told = new CopyOnWriteArrayList<>();

    /** Nobody follows in these tests. */
    private record ToldEvents(List<String> told) implements Events {

        @Override
        public void tell(String type, String action, String id, Map<String, String> attributes) {
            told.add(type + " " + action + " " + id + " " + new TreeMap<>(attributes));
        }

        @Override
        public void follow(Query query, Sink sink) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int followers() {
            return 0;
        }
    }

    public TestStore(Path root) {
        this(root, new FolderStorage(root.resolve("storage"), "one", "two"), new FlatLayerWriter());
    }

    public TestStore(Path root, Storage storage, LayerWriter writer) {
        this(root, storage, writer, DiskPressure.Supplies.of(root), Clock.systemUTC());
    }

    public TestStore(Path root, Storage storage, LayerWriter writer, DiskPressure.Supplies disk, Clock clock) {
        this.root = root;
        this.storage = storage;
        images = new ImageStore(root, storage, writer, new ToldEvents(told), new LibCrypto(), disk, clock);
        images.addUsers(this);
    }

    @Override
    public List<Use> usesOf(Digest image) {
        return uses.getOrDefault(image, List.of());
    }

    public void use(Digest image, String containerId, boolean running) {
        uses.computeIfAbsent(image, key -> new ArrayList<>()).add(new Use(containerId, "name", running));
    }

    static Images.Import named(String reference, String... changes) {
        return new Images.Import(reference, List.of(changes), "", "");
    }

    public Digest importTar(byte[] tar, String reference, String... changes) {
        return images.importRootfs(new ByteArrayInputStream(tar), named(reference, changes), Images.Progress.NONE);
    }

    public Digest importFile(String content, String reference) {
        return importTar(Tars.of("file", content), reference);
    }

    public List<Images.Loaded> load(byte[] archive) {
        return images.load(new ByteArrayInputStream(archive), Images.Progress.NONE);
    }

    public byte[] save(String... lookup) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        images.save(List.of(lookup), out);
        return out.toByteArray();
    }

    /** Names of all files of the store, but for index.json and oci-layout. */
    public Set<String> blobs() throws IOException {
        return names(root.resolve("content/blobs/sha256"));
    }

    public Set<String> unfinished() throws IOException {
        return names(root.resolve("content/ingest"));
    }

    public Set<String> layers(String driver) {
        return storage.with(
                driver,
                store -> store.list().stream().map(layer -> layer.name()).collect(Collectors.toSet()));
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
