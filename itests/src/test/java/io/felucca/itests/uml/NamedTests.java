package io.felucca.itests.uml;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the test classes, and methods as {@code CLASS#METHOD}, that are named, in this JVM; ends with 0 when there were some and none failed. */
final class NamedTests {

    private NamedTests() {}

    public static void main(String[] classNames) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
        for (String name : classNames) {
            request.selectors(
                    name.contains("#") ? DiscoverySelectors.selectMethod(name) : DiscoverySelectors.selectClass(name));
        }
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request.build(), listener, new Durations());
        TestExecutionSummary summary = listener.getSummary();
        summary.printTo(new PrintWriter(System.out, false, StandardCharsets.UTF_8));
        summary.printFailuresTo(new PrintWriter(System.out, false, StandardCharsets.UTF_8));
        boolean good = summary.getTotalFailureCount() == 0 && summary.getTestsSucceededCount() > classNames.length;
        System.exit(good ? 0 : 1);
    }

    /** Tells how long each class and each test took, since this kernel is slow. */
    private static final class Durations implements TestExecutionListener {

        private final Map<String, Long> began = new ConcurrentHashMap<>();

        @Override
        public void executionStarted(TestIdentifier test) {
            began.put(test.getUniqueId(), System.nanoTime());
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            long millis = (System.nanoTime() - began.get(test.getUniqueId())) / 1_000_000;
            System.out.println(millis + " ms " + result.getStatus() + " " + test.getDisplayName());
        }
    }
}
