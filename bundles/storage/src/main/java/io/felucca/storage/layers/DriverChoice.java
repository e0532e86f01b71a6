package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the driver for what is new, and writes the choice to {@code storage/default}. */
final class DriverChoice {

    private static final Logger LOG = LoggerFactory.getLogger(DriverChoice.class);
    private static final String FIRST = "overlay2";
    private static final String LAST = "vfs";

    private final OpenStores stores;
    private final DriverArrivals arrivals;
    private final DriverOptions options;
    private final Path record;
    private volatile String checked = "";

    DriverChoice(OpenStores stores, DriverArrivals arrivals, DriverOptions options, Path storageRoot) {
        this.stores = stores;
        this.arrivals = arrivals;
        this.options = options;
        record = storageRoot.resolve("default");
    }

    String choose() {
        String configured = options.driver();
        if (!configured.isEmpty()) {
            return checkConfigured(configured);
        }
        Optional<String> recorded = read();
        if (recorded.filter(this::isDriver).isPresent()) {
            return recorded.get();
        }
        synchronized (this) {
            return read().filter(this::isKnown).orElseGet(this::chooseFirst);
        }
    }

    /** A driver that is away has its layers in the root. */
    private boolean isDriver(String name) {
        return name.matches("[A-Za-z0-9._-]+")
                && (stores.isPresent(name) || Files.isDirectory(record.resolveSibling(name)));
    }

    private boolean isKnown(String name) {
        boolean known = arrivals.await(() -> isDriver(name), Drivers.WAIT_MILLIS);
        if (!known) {
            LOG.error(
                    "{} is damaged: there is no storage driver {}, nor are there layers of it; the driver that the root"
                            + " uses is chosen again, --storage-driver chooses another",
                    record,
                    name);
        }
        return known;
    }

    private String checkConfigured(String driver) {
        if (checked.equals(driver)) {
            return driver;
        }
        arrivals.await(() -> stores.isPresent(driver), Drivers.WAIT_MILLIS);
        if (!stores.isPresent(driver)) {
            throw FeluccaException.notFound("no such storage driver: " + driver + " (--storage-driver); there "
                    + (stores.drivers().isEmpty() ? "is none" : "are " + String.join(", ", stores.drivers())));
        }
        stores.probe(driver).ifPresent(reason -> {
            throw FeluccaException.unsupported(reason);
        });
        checked = driver;
        return driver;
    }

    private String chooseFirst() {
        Optional<String> used = usedByRoot();
        if (used.isPresent()) {
            return write(used.get());
        }
        if (works(FIRST)) {
            return write(FIRST);
        }
        // A driver that was given options, as a disk of its own, comes before the last resort.
        arrivals.await(() -> options.areAllOf(stores.drivers()), Drivers.WAIT_MILLIS);
        for (String driver : stores.drivers()) {
            if (!driver.equals(LAST) && !options.of(driver).isEmpty() && works(driver)) {
                return write(driver);
            }
        }
        if (works(LAST)) {
            return write(LAST);
        }
        throw FeluccaException.unavailable("no storage driver works here; drivers present: "
                + String.join(", ", stores.drivers()) + "; choose one with --storage-driver");
    }

    private boolean works(String driver) {
        if (!arrivals.await(() -> stores.isPresent(driver), Drivers.WAIT_MILLIS)) {
            return false;
        }
        Optional<String> unfit = stores.probe(driver);
        unfit.ifPresent(reason -> LOG.warn("storage driver {} is not used: {}", driver, reason));
        return unfit.isEmpty();
    }

    private Optional<String> usedByRoot() {
        try (Stream<Path> folders = Files.list(record.getParent())) {
            List<String> used = folders.filter(DriverChoice::hasContent)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
            return Stream.of(FIRST, LAST)
                    .filter(used::contains)
                    .findFirst()
                    .or(() -> used.stream().findFirst());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + record.getParent() + ": " + e, e);
        }
    }

    private static boolean hasContent(Path folder) {
        String[] names = folder.toFile().list();
        return names != null && names.length > 0;
    }

    private Optional<String> read() {
        try {
            return Optional.of(Files.readString(record, StandardCharsets.ISO_8859_1)
                            .strip())
                    .filter(name -> !name.isEmpty());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the default storage driver from " + record + ": " + e, e);
        }
    }

    private String write(String driver) {
        Path fresh = record.resolveSibling("default.new");
        try {
            Files.createDirectories(record.getParent());
            try (FileChannel file = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                file.write(StandardCharsets.UTF_8.encode(driver + "\n"));
                file.force(true);
            }
            Files.move(fresh, record, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(record.getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
            return driver;
        } catch (IOException e) {
            throw FeluccaException.system("cannot record the default storage driver in " + record + ": " + e, e);
        }
    }
}
