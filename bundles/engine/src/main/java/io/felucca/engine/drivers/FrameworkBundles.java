package io.felucca.engine.drivers;

import io.felucca.FeluccaException;
import io.felucca.engine.DriverBundles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Driver bundles of the framework that the engine runs in. A jar is checked in a temporary file before it is used. */
final class FrameworkBundles implements DriverBundles {

    private static final Logger LOG = LoggerFactory.getLogger(FrameworkBundles.class);
    private static final Set<String> NO_DRIVERS =
            Set.of("io.felucca.api", "io.felucca.linux", "io.felucca.linux.native");
    private static final int DRIVER_START_LEVEL = 6;

    private final BundleContext context;
    private final Path temporary;

    /** @param temporary a private folder for jars on their way in */
    FrameworkBundles(BundleContext context, Path temporary) {
        this.context = context;
        this.temporary = temporary;
    }

    @Override
    public List<DriverBundle> list() {
        return drivers().stream().map(this::shown).toList();
    }

    private List<DriverDeclarations> drivers() {
        List<DriverDeclarations> drivers = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            DriverDeclarations declared = new DriverDeclarations(bundle);
            if (bundle.getBundleId() != 0 && declared.isDriver()) {
                drivers.add(declared);
            }
        }
        drivers.sort(Comparator.comparing(d -> d.bundle().getSymbolicName()));
        return drivers;
    }

    @Override
    public DriverBundle install(InputStream jar, String location) {
        Path file = copy(jar);
        try {
            String symbolicName = symbolicName(file, "cannot install driver bundle " + location);
            refuseCore(symbolicName, "install");
            if (context.getBundle(location) != null) {
                throw FeluccaException.conflict("cannot install driver bundle " + location
                        + ": it is installed already, use felucca driver update " + symbolicName);
            }
            Bundle bundle;
            try (InputStream in = Files.newInputStream(file)) {
                bundle = context.installBundle(location, in);
            }
            bundle.adapt(BundleStartLevel.class).setStartLevel(DRIVER_START_LEVEL);
            try {
                bundle.start(Bundle.START_ACTIVATION_POLICY);
            } catch (BundleException e) {
                bundle.uninstall();
                throw FeluccaException.invalid(
                        "cannot start driver bundle " + symbolicName + ", it was uninstalled again: " + e.getMessage());
            }
            LOG.info("installed driver bundle {} {} as {}", symbolicName, bundle.getVersion(), bundle.getBundleId());
            return shown(new DriverDeclarations(bundle));
        } catch (BundleException e) {
            throw failed("cannot install driver bundle " + location, e);
        } catch (IOException e) {
            throw FeluccaException.system("cannot install driver bundle " + location + ": " + e.getMessage(), e);
        } finally {
            delete(file);
        }
    }

    @Override
    public DriverBundle update(String name, InputStream jar) {
        Bundle bundle = find(name, "update");
        Path file = copy(jar);
        try {
            String symbolicName = symbolicName(file, "cannot update " + bundle.getSymbolicName());
            if (!symbolicName.equals(bundle.getSymbolicName())) {
                throw FeluccaException.invalid("cannot update " + bundle.getSymbolicName() + " from a jar that is "
                        + symbolicName + ": use felucca driver install for another bundle");
            }
            try (InputStream in = Files.newInputStream(file)) {
                bundle.update(in);
            }
            bundle.start(Bundle.START_ACTIVATION_POLICY);
            LOG.info("updated driver bundle {} to {}", symbolicName, bundle.getVersion());
            return shown(new DriverDeclarations(bundle));
        } catch (BundleException e) {
            throw failed("cannot update driver bundle " + bundle.getSymbolicName() + restored(bundle), e);
        } catch (IOException e) {
            throw FeluccaException.system(
                    "cannot update driver bundle " + bundle.getSymbolicName() + ": " + e.getMessage(), e);
        } finally {
            delete(file);
        }
    }

    @Override
    public DriverBundle stop(String name) {
        Bundle bundle = find(name, "stop");
        try {
            bundle.stop();
            LOG.info("stopped driver bundle {}", bundle.getSymbolicName());
            return shown(new DriverDeclarations(bundle));
        } catch (BundleException e) {
            throw failed("cannot stop driver bundle " + bundle.getSymbolicName(), e);
        }
    }

    @Override
    public DriverBundle start(String name) {
        Bundle bundle = find(name, "start");
        try {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
            LOG.info("started driver bundle {}", bundle.getSymbolicName());
            return shown(new DriverDeclarations(bundle));
        } catch (BundleException e) {
            throw FeluccaException.system(
                    "cannot start driver bundle " + bundle.getSymbolicName() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void uninstall(String name) {
        Bundle bundle = find(name, "uninstall");
        try {
            bundle.uninstall();
            LOG.info("uninstalled driver bundle {}", bundle.getSymbolicName());
        } catch (BundleException e) {
            throw failed("cannot uninstall driver bundle " + bundle.getSymbolicName(), e);
        }
    }

    /** A bundle of the distribution is read again from where it lies; of another the content before is gone. */
    private static String restored(Bundle bundle) {
        if (!bundle.getLocation().startsWith("reference:")) {
            return "";
        }
        try {
            bundle.update();
            bundle.start(Bundle.START_ACTIVATION_POLICY);
            return " (the distribution's is back)";
        } catch (BundleException e) {
            LOG.error("cannot restore driver bundle {}", bundle.getSymbolicName(), e);
            return "";
        }
    }

    private Bundle find(String name, String verb) {
        refuseCore(name, verb);
        List<DriverDeclarations> drivers = drivers();
        Optional<DriverDeclarations> found = drivers.stream()
                .filter(d -> Long.toString(d.bundle().getBundleId()).equals(name)
                        || name.equals(d.bundle().getSymbolicName()))
                .findFirst()
                .or(() -> drivers.stream().filter(d -> d.names(name)).findFirst());
        if (found.isPresent()) {
            return found.get().bundle();
        }
        Optional<Bundle> other = Arrays.stream(context.getBundles())
                .filter(b -> name.equals(b.getSymbolicName())
                        || Long.toString(b.getBundleId()).equals(name))
                .findFirst();
        if (other.isPresent()) {
            refuseCore(other.get().getSymbolicName(), verb);
            throw FeluccaException.forbidden("cannot " + verb + " "
                    + other.get().getSymbolicName() + ": it brings no driver (felucca driver ls shows those that do)");
        }
        throw FeluccaException.notFound(
                "cannot " + verb + " driver " + name + ": no such driver or bundle (see felucca driver ls)");
    }

    private static void refuseCore(String symbolicName, String verb) {
        if (NO_DRIVERS.contains(symbolicName)) {
            throw FeluccaException.forbidden("cannot " + verb + " " + symbolicName
                    + ": it is no driver, and everything is wired to it. Stop the engine (felucca engine --stop;"
                    + " containers run on), replace the distribution and start it again");
        }
    }

    private DriverBundle shown(DriverDeclarations declared) {
        Bundle bundle = declared.bundle();
        return new DriverBundle(
                bundle.getBundleId(),
                bundle.getSymbolicName(),
                bundle.getVersion().toString(),
                declared.state(),
                declared.present());
    }

    private Path copy(InputStream jar) {
        try {
            Files.createDirectories(temporary);
            Path file = Files.createTempFile(temporary, "driver", ".jar");
            Files.copy(new BufferedInputStream(jar), file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the driver's jar: " + e.getMessage(), e);
        }
    }

    private static String symbolicName(Path file, String what) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            String name =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
            if (name == null) {
                throw FeluccaException.invalid(
                        what + ": this jar is no OSGi bundle: its manifest has no Bundle-SymbolicName (bnd makes one)");
            }
            int parameters = name.indexOf(';');
            return (parameters < 0 ? name : name.substring(0, parameters)).trim();
        } catch (ZipException e) {
            throw FeluccaException.invalid(what + ": this is no jar: " + e.getMessage());
        }
    }

    private static FeluccaException failed(String what, BundleException e) {
        return switch (e.getType()) {
            case BundleException.DUPLICATE_BUNDLE_ERROR ->
                FeluccaException.conflict(what + ": a bundle of this name and version is installed already");
            case BundleException.MANIFEST_ERROR, BundleException.READ_ERROR ->
                FeluccaException.invalid(what + ": " + e.getMessage());
            default -> FeluccaException.system(what + ": " + e.getMessage(), e);
        };
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", file, e.getMessage());
        }
    }
}
