package io.felucca.linux.folders;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Named folders that each hold a record, beside whatever else their owner puts there.
 *
 * <pre>
 *   ROOT/PLACE/NAME/record   the record, as text that tells where it ends
 *   ROOT/tmp/                half-made folders
 *   ROOT/trash/              dropped folders, whose bytes go later, on a thread that ends when there is nothing to do
 *   ROOT/unreadable/NAME-N/  folders whose record the machine's crash took, for whoever administers it; never removed
 * </pre>
 *
 * A new record is not brought to the disk before {@link #sync} is asked for, since making one is on the way of every start
 * of a container: the kernel does it within half a minute. A power cut before that may leave a folder in its place with a
 * record that is cut or empty, though its owner's content was on the disk; such a folder is put aside, never deleted.
 *
 * A folder comes and goes by one rename into and out of its place. A change of name first replaces the record, then
 * renames the folder: a folder whose record has another name was about to be renamed, and {@link #recover} renames it.
 * Safe for several threads; who may do what at once to one name is the owner's to say. Errors are SYSTEM.
 *
 * @param <R> a record
 */
public final class RecordFolders<R> implements AutoCloseable {

    /** How a record is written down. */
    public interface Form<R> {

        /** The name of the folder that it belongs in. */
        String name(R fact);

        String format(R fact);

        /** Empty for a text that was not written to its end. */
        Optional<R> parse(String text);
    }

    /** How what lies in the trash is deleted. */
    @FunctionalInterface
    public interface Removal {

        /** Deletes a name with all below it. Called again, as by the next start, when it failed or did not come to its end. */
        void remove(Directory trash, byte[] name);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RecordFolders.class);

    private final Directories directories;
    private final Path place;
    private final Path tmp;
    private final Path trashFolder;
    private final Path unreadable;
    private final Form<R> form;
    private final Trash trash;
    private final AtomicLong counter = new AtomicLong(System.nanoTime());

    /**
     * Does no I/O: {@link #recover} does.
     *
     * @param place folder of the named folders below the root, also for messages
     * @param threadName of the thread that empties the trash
     */
    public RecordFolders(Directories directories, Path root, String place, String threadName, Form<R> form) {
        this(directories, root, place, threadName, form, Directory::removeTree);
    }

    /** As above, for folders that hold more than a tree of files. */
    public RecordFolders(
            Directories directories, Path root, String place, String threadName, Form<R> form, Removal removal) {
        this.directories = directories;
        this.place = root.resolve(place);
        this.tmp = root.resolve("tmp");
        this.trashFolder = root.resolve("trash");
        this.unreadable = root.resolve("unreadable");
        this.form = form;
        this.trash = new Trash(directories, trashFolder, threadName, removal);
    }

    /** Makes the folders, and finishes or forgets what a crash left; what has no record that can be read is put aside. */
    public void recover() {
        try {
            for (Path folder : List.of(place, tmp, trashFolder)) {
                Files.createDirectories(folder);
            }
            spread(tmp);
            for (Path half : children(tmp)) {
                discard(half);
            }
            for (Path folder : children(place)) {
                Optional<R> found = read(folder);
                if (found.isEmpty()) {
                    putAside(folder);
                } else if (!form.name(found.get()).equals(folder.getFileName().toString())) {
                    Files.move(folder, folder(form.name(found.get())), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot open " + place + ": " + e, e);
        }
        trash.empty();
    }

    /** New folders lie apart, away from what has just gone. */
    private void spread(Path folder) {
        try (Directory open = directories.open(folder)) {
            open.spreadDirectories();
        }
    }

    /** Where a folder of that name is, or would be. The name is not checked. */
    public Path folder(String name) {
        return place.resolve(name);
    }

    public Optional<R> find(String name) {
        return read(folder(name)).filter(found -> form.name(found).equals(name));
    }

    public List<R> list() {
        List<R> found = new ArrayList<>();
        for (Path folder : children(place)) {
            find(folder.getFileName().toString()).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    /** A new folder for what is being made. */
    public Path startHalf() {
        Path half = tmp.resolve(nextName());
        try {
            return Files.createDirectory(half);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make " + half + ": " + e, e);
        }
    }

    /** Gives a half-made folder its record and its place; on the disk once it is synced, as said above. */
    public void finish(Path half, R fact) {
        try {
            Files.writeString(half.resolve("record"), form.format(fact));
            Files.move(half, folder(form.name(fact)), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make " + folder(form.name(fact)) + ": " + e, e);
        }
    }

    /** Brings a folder to the disk: its record, the names in it, and its own. */
    public void sync(String name) {
        for (Path path : List.of(folder(name).resolve("record"), folder(name), place)) {
            RecordFile.sync(path);
        }
    }

    /**
     * Replaces a record, and the name. On disk when it returns.
     *
     * @param before folders that must be on disk before the record is
     */
    public void replace(String name, R fact, Path... before) {
        Path folder = folder(name);
        Path fresh = folder.resolve("record.new");
        try {
            try (FileChannel file = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                file.write(StandardCharsets.UTF_8.encode(form.format(fact)));
                file.force(true);
            }
            for (Path other : before) {
                RecordFile.sync(other);
            }
            Files.move(fresh, folder.resolve("record"), StandardCopyOption.ATOMIC_MOVE);
            RecordFile.sync(folder);
            Files.move(folder, folder(form.name(fact)), StandardCopyOption.ATOMIC_MOVE);
            RecordFile.sync(place);
        } catch (IOException e) {
            throw FeluccaException.system("cannot make " + folder + " into " + form.name(fact) + ": " + e, e);
        }
    }

    /** Takes away at once what is there, named, half-made or within one; whether there was something. */
    public boolean drop(Path folder) {
        try {
            discard(folder);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw FeluccaException.system("cannot move " + folder + " to the trash: " + e, e);
        }
        trash.empty();
        return true;
    }

    private void discard(Path folder) throws IOException {
        Files.move(folder, trashFolder.resolve(nextName()), StandardCopyOption.ATOMIC_MOVE);
    }

    private void putAside(Path folder) throws IOException {
        Path aside = Files.createDirectories(unreadable).resolve(folder.getFileName() + "-" + nextName());
        Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
        LOG.warn("{} has no record that can be read, as after a power cut: what is in it is kept in {}", folder, aside);
    }

    private String nextName() {
        return Long.toString(counter.incrementAndGet(), Character.MAX_RADIX);
    }

    private Optional<R> read(Path folder) {
        try {
            return form.parse(Files.readString(folder.resolve("record")));
        } catch (NoSuchFileException | CharacterCodingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the record of " + folder + ": " + e, e);
        }
    }

    /** What is in a folder. */
    public static List<Path> children(Path folder) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(paths::add);
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + folder + ": " + e, e);
        }
        return paths;
    }

    /** Lets one deletion of the trash come to its end; the rest is for the next {@link #recover}. */
    @Override
    public void close() {
        trash.close();
    }
}
