package io.felucca.launcher;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/**
 * For the run that writes the class-data archive (lib/write-archives.sh): links what bundles have loaded. Java archives
 * of other loaders than its own only classes that are linked (JDK 17, MetaspaceShared::link_shared_classes); a fifth of
 * all are loaded to verify others and never used, and would be read, parsed and verified at every start.
 */
final class ClassLinking {

    private static final Logger LOG = Logger.getLogger("io.felucca.launcher");
    private static final String CLASS = ".class";

    private final Method findLoadedClass;
    private final Set<Class<?>> linked = new HashSet<>();

    private ClassLinking() throws NoSuchMethodException {
        findLoadedClass = ClassLoader.class.getDeclaredMethod("findLoadedClass", String.class);
        // Opened to this by bin/felucca, for that run only.
        findLoadedClass.setAccessible(true);
    }

    /** When the engine writes an archive; else nothing. */
    static void linkLoaded(BundleContext context) {
        if (!Boolean.getBoolean("felucca.archive")) {
            return;
        }
        try {
            ClassLinking linking = new ClassLinking();
            // To link one may load others.
            int before;
            do {
                before = linking.linked.size();
                for (Bundle bundle : context.getBundles()) {
                    linking.link(bundle);
                }
            } while (linking.linked.size() > before);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(Level.WARNING, "the archive will lack classes that are loaded and not linked", e);
        }
    }

    private void link(Bundle bundle) throws ReflectiveOperationException {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (bundle.getBundleId() == 0 || wiring == null) {
            return;
        }
        int options = BundleWiring.LISTRESOURCES_LOCAL | BundleWiring.LISTRESOURCES_RECURSE;
        for (String file : wiring.listResources("/", "*" + CLASS, options)) {
            String name = file.substring(0, file.length() - CLASS.length()).replace('/', '.');
            Class<?> loaded = (Class<?>) findLoadedClass.invoke(wiring.getClassLoader(), name);
            if (loaded != null && linked.add(loaded)) {
                link(loaded);
            }
        }
    }

    @SuppressWarnings("ReturnValueIgnored") // The call links the class, and does not initialise it.
    private static void link(Class<?> loaded) {
        try {
            loaded.getFields();
        } catch (LinkageError e) {
            LOG.log(Level.FINE, "not linked: " + loaded.getName(), e);
        }
    }
}
