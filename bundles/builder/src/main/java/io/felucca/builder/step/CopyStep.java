package io.felucca.builder.step;

import io.felucca.FeluccaException;
import io.felucca.builder.fetch.Download;
import io.felucca.builder.fetch.FileInput;
import io.felucca.builder.fetch.GitCheckout;
import io.felucca.builder.files.Cancellation;
import io.felucca.builder.files.Fingerprint;
import io.felucca.builder.files.OwnerLookup;
import io.felucca.builder.files.Source;
import io.felucca.builder.files.Sources;
import io.felucca.builder.files.TargetPath;
import io.felucca.builder.files.TreeWriter;
import io.felucca.builder.stage.Stage;
import io.felucca.builder.work.BuildFolder;
import io.felucca.builder.work.Services;
import io.felucca.dockerfile.HereDocument;
import io.felucca.dockerfile.IgnorePatterns;
import io.felucca.dockerfile.Instruction.Transfer;
import io.felucca.dockerfile.Words;
import io.felucca.git.GitReference;
import io.felucca.images.Layers.Extraction;
import io.felucca.images.Layers.Layer;
import io.felucca.linux.files.Directory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One COPY or ADD: finds its sources, tells what they are, and writes them. One use; closing it lets the sources go. */
public final class CopyStep implements AutoCloseable {

    private static final List<String> NOT_BUILT = List.of("unpack");

    private final Services services;
    private final BuildFolder work;
    private final Stage stage;
    private final String instruction;
    private final Transfer transfer;
    private final List<Directory> opened = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final List<Source> archives = new ArrayList<>();
    private final String owner;
    private final int mode;
    private final IgnorePatterns excluded;
    private final String word;
    private final String target;

    /** @param instruction COPY or ADD */
    public CopyStep(
            Services services, BuildFolder work, Stage stage, String instruction, Transfer transfer, char escape) {
        this.services = services;
        this.work = work;
        this.stage = stage;
        this.instruction = instruction;
        this.transfer = transfer;
        for (String flag : NOT_BUILT) {
            if (transfer.flags().containsKey(flag)) {
                throw FeluccaException.unsupported(
                        instruction + " --" + flag + " is not supported by this builder; leave it out");
            }
        }
        owner = stage.config().expand(transfer.flag("chown"));
        mode = mode(stage.config().expand(transfer.flag("chmod")));
        excluded = IgnorePatterns.parse(String.join(
                "\n", transfer.excludes().stream().map(stage.config()::expand).toList()));
        word = stage.config().expand(transfer.target());
        if (word.isEmpty()) {
            throw FeluccaException.invalid(instruction + " failed: the destination is empty");
        }
        String folder = stage.config().result().workingDir();
        target = TargetPath.absolute(folder.isEmpty() ? "/" : folder, word);
        for (HereDocument document : transfer.documents()) {
            sources.add(written(document, escape));
        }
    }

    private static int mode(String text) {
        if (text.isEmpty()) {
            return -1;
        }
        if (!text.matches("[0-7]{1,5}")) {
            throw FeluccaException.invalid(
                    "invalid chmod parameter: '" + text + "'. it should be octal string and between 0 and 07777");
        }
        int mode = Integer.parseInt(text, 8);
        if (mode > 07777) {
            throw FeluccaException.invalid(
                    "invalid chmod parameter: '" + text + "'. it should be octal string and between 0 and 07777");
        }
        return mode;
    }

    private Source written(HereDocument document, char escape) {
        Path folder = work.newFolder();
        try {
            String text = document.expand()
                    ? Words.expandText(document.content(), stage.config().variables(), escape)
                    : document.content();
            Path file = Files.writeString(folder.resolve("document"), text);
            Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        } catch (IOException e) {
            throw FeluccaException.system("cannot write a here-document: " + e, e);
        }
        return new Source(open(folder), bytes("document"), bytes(document.name()), false);
    }

    private Directory open(Path folder) {
        Directory directory = services.directories().open(folder);
        opened.add(directory);
        return directory;
    }

    /**
     * Finds the sources.
     *
     * @param from the context, or what another stage or image holds; stays the caller's
     * @param wanted false ends a download
     */
    public void find(Directory from, BooleanSupplier wanted) {
        boolean add = instruction.equals("ADD");
        Sources finder = new Sources(from, instruction);
        for (String source : transfer.sources()) {
            String name = stage.config().expand(source);
            if (add && GitReference.isGit(name)) {
                sources.add(checkout(name, wanted));
                continue;
            }
            if (add && Download.isUrl(name)) {
                sources.add(downloaded(name, wanted));
                continue;
            }
            if (!transfer.flag("checksum").isEmpty()) {
                throw FeluccaException.invalid("checksum can't be specified for non-HTTP(S) sources");
            }
            for (Source found : finder.find(name)) {
                if (add && !found.isDirectory() && isArchive(found)) {
                    archives.add(found);
                } else {
                    sources.add(isOn("parents") ? withParents(found, name) : found);
                }
            }
        }
        if (sources.size() + archives.size() > 1 && !target.endsWith("/") && !isOn("parents")) {
            throw FeluccaException.invalid("When using " + instruction
                    + " with more than one source file, the destination must be a directory and end with a /");
        }
    }

    private boolean isOn(String flag) {
        return transfer.flags().containsKey(flag) && !transfer.flag(flag).equals("false");
    }

    /** The source by its whole path, or by what follows a part that is a dot alone. */
    private static Source withParents(Source source, String word) {
        String path = new String(source.path(), StandardCharsets.ISO_8859_1);
        int pivot = word.indexOf("/./");
        if (pivot >= 0) {
            int parts = TargetPath.clean("/" + word.substring(0, pivot))
                    .substring(1)
                    .split("/")
                    .length;
            path = path.split("/", parts + 1)[parts];
        }
        return new Source(
                source.root(), source.path(), path.getBytes(StandardCharsets.ISO_8859_1), source.isDirectory());
    }

    private Source downloaded(String url, BooleanSupplier wanted) {
        Path folder = work.newFolder();
        Download.fetch(
                url,
                folder.resolve("file"),
                stage.config().expand(transfer.flag("checksum")),
                services.hashes().sha256(),
                wanted,
                Download.MAX_BYTES);
        String name = target.endsWith("/") ? Download.name(url) : "file";
        return new Source(open(folder), bytes("file"), bytes(name), false);
    }

    private Source checkout(String url, BooleanSupplier wanted) {
        if (!transfer.flag("checksum").isEmpty()) {
            throw FeluccaException.invalid("checksum can't be specified for git sources");
        }
        Path folder = work.newFolder();
        GitCheckout.into(folder, GitReference.parse(url), isOn("keep-git-dir"), services, work, wanted);
        return new Source(open(folder), bytes("."), new byte[0], true);
    }

    private boolean isArchive(Source source) {
        try (InputStream in = new FileInput(source.openFile())) {
            return services.layers().isArchive(in);
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + new String(source.path(), StandardCharsets.UTF_8), e);
        }
    }

    /** How history shows it; by the content of all sources. */
    public String describe() {
        List<Source> all = new ArrayList<>(sources);
        all.addAll(archives);
        // The blank that is missing after the owner is dockerd's.
        return instruction + " " + (owner.isEmpty() ? "" : "--chown=" + owner)
                + (mode < 0 ? "" : "--chmod=" + Integer.toOctalString(mode))
                + new Fingerprint(services.hashes().sha256(), excluded).of(all) + " in " + word + " ";
    }

    /** What besides {@link #describe} makes a difference. */
    public String details() {
        return target + (isOn("parents") ? " parents" : "") + " archives " + archives.size() + " excludes "
                + transfer.excludes();
    }

    /** True when {@link #describe} alone tells what is done. */
    public boolean isDescribed() {
        return !isOn("parents") && transfer.excludes().isEmpty();
    }

    /** @param wanted false ends it */
    public void write(BuildFolder.MountedLayer layer, BooleanSupplier wanted) {
        try (Directory root = layer.open()) {
            OwnerLookup.Owner account = owner.isEmpty() ? new OwnerLookup.Owner(0, 0) : OwnerLookup.find(root, owner);
            if (isOn("link")) {
                TargetPath.requireNoLink(root, target);
            }
            TreeWriter writer = new TreeWriter(account.uid(), account.gid(), mode, excluded, wanted);
            if (isOn("parents")) {
                writer.writeWithParents(root, sources, target);
            } else {
                writer.write(root, sources, target);
            }
            for (Source archive : archives) {
                Cancellation.check(wanted);
                try (TargetPath.Opened folder = TargetPath.open(root, target, account.uid(), account.gid())) {
                    var before = folder.directory().stat().modified();
                    unpack(archive, layer, account);
                    if (!folder.made().isEmpty()) {
                        TreeWriter.settle(
                                root, folder.made(), folder.made().get(0).parentModified());
                    } else {
                        folder.directory().setTimes(before, before);
                    }
                }
            }
        }
    }

    private void unpack(Source archive, BuildFolder.MountedLayer layer, OwnerLookup.Owner account) {
        Extraction rules = owner.isEmpty() ? Extraction.PLAIN : new Extraction(false, account.uid(), account.gid());
        try (InputStream in = new FileInput(archive.openFile())) {
            services.layers()
                    .extract(
                            new Layer(layer.driver(), layer.key(), io.felucca.IdMap.NONE, Optional.empty()),
                            TargetPath.clean(target),
                            in,
                            rules);
        } catch (IOException e) {
            throw FeluccaException.system("cannot unpack " + new String(archive.path(), StandardCharsets.UTF_8), e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        opened.forEach(Directory::close);
    }
}
