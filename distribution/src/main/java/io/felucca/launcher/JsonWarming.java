package io.felucca.launcher;

import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Has Jackson load its classes on another processor while the framework starts: the core reads its records and its index
 * by it, and would wait for some 400 classes. Only time depends on it.
 */
final class JsonWarming implements Runnable {

    private static final Logger LOG = Logger.getLogger("io.felucca.launcher");
    private static final String DATABIND = "com.fasterxml.jackson.core.jackson-databind";

    /** Of the kinds of fields that records have. */
    record Sample(String text, long number, boolean flag, List<String> list, Map<String, Sample> map) {}

    private final BundleContext context;

    JsonWarming(BundleContext context) {
        this.context = context;
    }

    static void begin(BundleContext context) {
        Thread thread = new Thread(new JsonWarming(context), "felucca-warming");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        Stream.of(context.getBundles())
                .filter(bundle -> DATABIND.equals(bundle.getSymbolicName()))
                .findFirst()
                .ifPresent(JsonWarming::use);
    }

    private static void use(Bundle databind) {
        try {
            Class<?> type = databind.loadClass("com.fasterxml.jackson.databind.ObjectMapper");
            Object mapper = type.getConstructor().newInstance();
            type.getMethod("readValue", String.class, Class.class)
                    .invoke(mapper, "{\"text\":\"\",\"list\":[\"\"],\"map\":{\"a\":null}}", Sample.class);
            type.getMethod("writeValueAsBytes", Object.class)
                    .invoke(mapper, new Sample("", 0, false, List.of(""), Map.of()));
        } catch (ReflectiveOperationException | IllegalStateException e) {
            LOG.log(Level.FINE, "Jackson is not there early", e);
        }
    }
}
