package io.felucca.slf4j;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.LoggerFactory;

/**
 * Sends warnings and errors of the OSGi log service to SLF4J: a component that could not be activated says so there and
 * nowhere else. Framework events are left out, since the launcher logs those that matter.
 */
public final class LogBridge
        implements BundleActivator, LogListener, ServiceTrackerCustomizer<LogReaderService, LogReaderService> {

    private BundleContext context;
    private ServiceTracker<LogReaderService, LogReaderService> tracker;

    @Override
    public void start(BundleContext context) {
        this.context = context;
        tracker = new ServiceTracker<>(context, LogReaderService.class, this);
        tracker.open();
    }

    @Override
    public void stop(BundleContext context) {
        tracker.close();
    }

    @Override
    public LogReaderService addingService(ServiceReference<LogReaderService> reference) {
        LogReaderService reader = context.getService(reference);
        reader.addLogListener(this);
        return reader;
    }

    @Override
    public void modifiedService(ServiceReference<LogReaderService> reference, LogReaderService reader) {
        // Its properties say nothing of interest.
    }

    @Override
    public void removedService(ServiceReference<LogReaderService> reference, LogReaderService reader) {
        reader.removeLogListener(this);
        context.ungetService(reference);
    }

    @Override
    public void logged(LogEntry entry) {
        String name = entry.getLoggerName();
        if (name != null && name.startsWith("Events.")) {
            return;
        }
        String logger = entry.getBundle() == null ? "osgi" : entry.getBundle().getSymbolicName();
        if (entry.getLogLevel() == LogLevel.ERROR) {
            LoggerFactory.getLogger(logger).error(entry.getMessage(), entry.getException());
        } else if (entry.getLogLevel() == LogLevel.WARN) {
            LoggerFactory.getLogger(logger).warn(entry.getMessage(), entry.getException());
        }
    }
}
