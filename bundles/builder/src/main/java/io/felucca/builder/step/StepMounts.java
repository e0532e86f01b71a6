package io.felucca.builder.step;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.builder.Builder.Request;
import io.felucca.builder.files.Fingerprint;
import io.felucca.builder.files.InnerPath;
import io.felucca.builder.files.Source;
import io.felucca.builder.files.TargetPath;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.CacheFolders;
import io.felucca.builder.work.Services;
import io.felucca.containers.HostConfig;
import io.felucca.containers.MountSpec;
import io.felucca.dockerfile.HereDocument;
import io.felucca.dockerfile.IgnorePatterns;
import io.felucca.dockerfile.RunMount;
import io.felucca.dockerfile.RunMount.Sharing;
import io.felucca.dockerfile.RunMount.Type;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The mounts of one RUN step. {@link #fingerprint} tells their content, for the cache; {@link #prepare} makes them ready,
 * and closing gives back what they hold. One use, one thread.
 */
final class StepMounts implements AutoCloseable {

    private static final int DEFAULT_CACHE_MODE = 0755;

    private final Services services;
    private final BuildFolder work;
    private final Path context;
    private final Function<String, Optional<Digest>> images;
    private final String workingDir;
    private final List<RunMount> wanted;
    private final GivenMounts given;
    private final Deque<Runnable> closings = new ArrayDeque<>();
    private final List<CacheFolders.Taken> caches = new ArrayList<>();
    private final List<RunMount> cacheMounts = new ArrayList<>();
    private final List<MountSpec> specs = new ArrayList<>();
    private final Optional<HereDocument> script;

    /**
     * @param context the unpacked context
     * @param images finds the image of a stage or of a name; empty for a stage from nothing
     * @param workingDir that targets may be relative to
     * @param request whose secrets and agents the step may use
     * @param script that the step is
     */
    StepMounts(
            Services services,
            BuildFolder work,
            Path context,
            Function<String, Optional<Digest>> images,
            String workingDir,
            List<RunMount> wanted,
            Request request,
            Optional<HereDocument> script) {
        this.services = services;
        this.work = work;
        this.context = context;
        this.images = images;
        this.workingDir = workingDir.isEmpty() ? "/" : workingDir;
        this.wanted = wanted;
        this.given = new GivenMounts(services.secrets(), request, this::target);
        closings.push(given::close);
        this.script = script;
        for (RunMount mount : wanted) {
            requireThere(mount);
        }
    }

    private void requireThere(RunMount mount) {
        given.requireThere(mount);
        if (mount.type() == Type.CACHE && !mount.from().isEmpty()) {
            throw FeluccaException.unsupported("RUN --mount=type=cache,from=" + mount.from()
                    + " is not supported by this builder: leave from out, and copy what the cache is to begin with");
        }
        if (mount.type() == Type.BIND && !mount.readOnly() && mount.from().isEmpty()) {
            throw FeluccaException.unsupported("RUN --mount=type=bind,rw of the build context is not supported by this"
                    + " builder: leave rw out, or copy the files");
        }
    }

    /** Content and options of all mounts as one text: the step is built again when it changes. */
    String fingerprint() {
        StringBuilder seen = new StringBuilder();
        script.ifPresent(seen::append);
        for (RunMount mount : wanted) {
            seen.append(mount);
            if (mount.type() == Type.BIND) {
                seen.append(mount.from().isEmpty() ? ofContext(mount) : images.apply(mount.from()));
            }
        }
        return seen.toString();
    }

    private String ofContext(RunMount mount) {
        try (Directory root = services.directories().open(context)) {
            byte[] path = resolved(root, mount).getBytes(StandardCharsets.UTF_8);
            Optional<Directory> folder = root.findDirectory(path, Resolve.NO_SYMLINKS);
            folder.ifPresent(Directory::close);
            Source source = new Source(root, path, new byte[0], folder.isPresent());
            return new Fingerprint(services.hashes().sha256(), IgnorePatterns.NONE).of(List.of(source));
        }
    }

    private static String resolved(Directory root, RunMount mount) {
        try {
            return InnerPath.resolve(root, mount.source());
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "RUN --mount: source " + e.getMessage(), e);
        }
    }

    /** Makes them ready. @param goesOn false ends a wait for a cache */
    HostConfig prepare(HostConfig host, BooleanSupplier goesOn) {
        script.ifPresent(document -> specs.add(script(document)));
        Map<RunMount, MountSpec> taken = caches(goesOn);
        for (RunMount mount : wanted) {
            switch (mount.type()) {
                case TMPFS -> specs.add(tmpfs(mount));
                case CACHE -> specs.add(taken.get(mount));
                case BIND -> specs.add(bind(mount));
                case SECRET, SSH -> given.make(mount).ifPresent(specs::add);
            }
        }
        List<MountSpec> all = new ArrayList<>(host.mounts());
        all.addAll(specs);
        return host.withMounts(all);
    }

    private MountSpec script(HereDocument document) {
        Path folder = work.newFolder();
        try {
            Path file = Files.writeString(folder.resolve(document.name()), document.content());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw FeluccaException.system("cannot write the script of a step: " + e, e);
        }
        return new MountSpec("bind", folder.toString(), StepCommand.SCRIPTS, true, "", null, null, null);
    }

    private String target(RunMount mount) {
        return TargetPath.clean(TargetPath.absolute(workingDir, mount.target()));
    }

    private MountSpec tmpfs(RunMount mount) {
        MountSpec.Tmpfs options = new MountSpec.Tmpfs(mount.sizeBytes(), Math.max(0, mount.mode()), List.of());
        return new MountSpec("tmpfs", "", target(mount), mount.readOnly(), "", null, null, options);
    }

    /**
     * Takes all caches, each once, in the order of their ids: two steps at once must not wait for each other, nor a step
     * for itself.
     */
    private Map<RunMount, MountSpec> caches(BooleanSupplier goesOn) {
        SortedMap<String, List<RunMount>> byId = new TreeMap<>(wanted.stream()
                .filter(mount -> mount.type() == Type.CACHE)
                .collect(Collectors.groupingBy(this::cacheId)));
        Map<RunMount, MountSpec> specs = new HashMap<>();
        byId.forEach((id, mounts) -> {
            CacheFolders.Taken taken = cache(id, mounts, goesOn);
            mounts.forEach(mount -> specs.put(mount, bound(taken.path(), mount)));
        });
        return specs;
    }

    private String cacheId(RunMount mount) {
        return mount.id().isEmpty() ? target(mount) : mount.id();
    }

    /** @param mounts all of one cache: the one that shares least decides, the first gives the owner */
    private CacheFolders.Taken cache(String id, List<RunMount> mounts, BooleanSupplier goesOn) {
        String name = HexFormat.of().formatHex(services.hashes().sha256().digest(id.getBytes(StandardCharsets.UTF_8)));
        Sharing sharing = mounts.stream()
                .map(RunMount::sharing)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        CacheFolders.Taken taken = services.caches().take(name, sharing, goesOn);
        closings.push(taken::close);
        caches.add(taken);
        cacheMounts.add(mounts.get(0));
        return taken;
    }

    private MountSpec bind(RunMount mount) {
        if (mount.from().isEmpty()) {
            try (Directory root = services.directories().open(context)) {
                return bound(context.resolve(resolved(root, mount)), mount);
            }
        }
        String driver = services.storage().defaultDriver();
        String chain = images.apply(mount.from())
                .map(image -> services.images().unpack(image, driver))
                .orElse("");
        BuildFolder.MountedLayer layer =
                mount.readOnly() ? work.view(driver, chain) : work.writable(driver, Services.newId(), chain);
        closings.push(layer::close);
        try (Directory root = layer.open()) {
            return bound(layer.path().resolve(resolved(root, mount)), mount);
        }
    }

    private MountSpec bound(Path path, RunMount mount) {
        return new MountSpec("bind", path.toString(), target(mount), mount.readOnly(), "", null, null, null);
    }

    /** Gives secrets and new caches the owner that is wanted, in the container's user namespace. */
    void own(IdMap map) {
        given.own(map);
        if (caches.isEmpty()) {
            return;
        }
        try (Directory folders = services.directories().open(services.caches().folder())) {
            for (int i = 0; i < caches.size(); i++) {
                RunMount mount = cacheMounts.get(i);
                if (caches.get(i).isNew()) {
                    byte[] name = caches.get(i).name().getBytes(StandardCharsets.US_ASCII);
                    folders.setOwner(name, (int) map.outsideUid(mount.uid()), (int) map.outsideGid(mount.gid()));
                    folders.setMode(name, mount.mode() < 0 ? DEFAULT_CACHE_MODE : mount.mode());
                }
            }
        }
    }

    /** See {@link GivenMounts#environment}. */
    List<String> environment(Set<String> set) {
        return given.environment(set);
    }

    /** Where they are in the step's container. */
    List<String> targets() {
        return specs.stream().map(MountSpec::target).toList();
    }

    /** Gives back all, also after a failure, the first of which is thrown. */
    @Override
    public void close() {
        if (closings.isEmpty()) {
            return;
        }
        try {
            closings.pop().run();
        } finally {
            close();
        }
    }
}
