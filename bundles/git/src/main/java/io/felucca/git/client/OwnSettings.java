package io.felucca.git.client;

import java.net.InetAddress;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * What JGit asks of the machine: neither settings of a user nor of the machine, nor variables. JGit runs no program and
 * writes no settings so, and measures no file system: it is told how exact a file's time is.
 */
final class OwnSettings extends SystemReader {

    private static final String FILE_SYSTEM = "filesystem";

    private OwnSettings() {
        setPlatformChecker();
    }

    /** Settles them once; JGit has one place for them, which is private to this bundle. */
    static synchronized void install() {
        if (SystemReader.getInstance() instanceof OwnSettings) {
            return;
        }
        SystemReader.setInstance(new OwnSettings());
        WindowCacheConfig cache = new WindowCacheConfig();
        cache.setPackedGitLimit(4 << 20);
        cache.setDeltaBaseCacheLimit(2 << 20);
        cache.setStreamFileThreshold(1 << 20);
        cache.setExposeStatsViaJmx(false);
        cache.install();
    }

    @Override
    public String getHostname() {
        return InetAddress.getLoopbackAddress().getHostName();
    }

    @Override
    public String getenv(String variable) {
        return null;
    }

    @Override
    public String getProperty(String key) {
        return System.getProperty(key);
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    @SuppressWarnings("deprecation") // JGit still asks it.
    public long getCurrentTime() {
        return System.currentTimeMillis();
    }

    @Override
    @SuppressWarnings("deprecation") // JGit still asks it.
    public int getTimezone(long when) {
        return (int) TimeUnit.MILLISECONDS.toMinutes(TimeZone.getDefault().getOffset(when));
    }

    /** Settings without a file. */
    private static final class Nothing extends FileBasedConfig {

        Nothing(Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {
            // There is nothing.
        }

        @Override
        public void save() {
            // Nothing is kept.
        }

        @Override
        public boolean isOutdated() {
            return false;
        }

        @Override
        public long getTimeUnit(String section, String subsection, String name, long value, TimeUnit unit) {
            return FILE_SYSTEM.equals(section)
                    ? unit.convert(10, TimeUnit.MILLISECONDS)
                    : super.getTimeUnit(section, subsection, name, value, unit);
        }
    }
}
