package io.felucca.linux.kernel;

import io.felucca.FeluccaException;
import io.felucca.linux.Host;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import io.felucca.linux.kernel.process.ProcFile;
import io.felucca.linux.kernel.process.ProcStat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** Capabilities from /proc, limits and names by system calls. */
@Component
public final class KernelHost implements Host {

    private static final Libc.Function GETRLIMIT = Libc.function("getrlimit");
    private static final Libc.Function UNAME = Libc.function("uname");
    private static final int UTSNAME_FIELD_BYTES = 65;

    /** By number (linux/capability.h). */
    private static final List<String> CAPABILITIES =
            List.of(("CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE"
                            + " NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE"
                            + " SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE"
                            + " SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE"
                            + " MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF"
                            + " CHECKPOINT_RESTORE")
                    .split(" "));

    /** By number (asm-generic/resource.h). */
    private static final List<String> LIMITS = List.of(
            "cpu",
            "fsize",
            "data",
            "stack",
            "core",
            "rss",
            "nproc",
            "nofile",
            "memlock",
            "as",
            "locks",
            "sigpending",
            "msgqueue",
            "nice",
            "rtprio",
            "rttime");

    @Override
    public Set<String> effectiveCapabilities() {
        return capabilities(statusField("CapEff:"));
    }

    @Override
    public Set<String> boundingCapabilities() {
        return capabilities(statusField("CapBnd:"));
    }

    @Override
    public Set<String> knownCapabilities() {
        int last =
                Integer.parseInt(ProcFile.read("/proc/sys/kernel/cap_last_cap").trim());
        return capabilities((1L << last + 1) - 1);
    }

    private static long statusField(String name) {
        for (String line : ProcFile.read("/proc/self/status").split("\n")) {
            if (line.startsWith(name)) {
                return Long.parseUnsignedLong(line.substring(name.length()).trim(), 16);
            }
        }
        throw FeluccaException.system("/proc/self/status has no " + name);
    }

    static Set<String> capabilities(long bits) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < CAPABILITIES.size(); i++) {
            if ((bits >> i & 1) != 0) {
                names.add("CAP_" + CAPABILITIES.get(i));
            }
        }
        return names;
    }

    @Override
    public Limit limit(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceFirst("^rlimit_", "");
        int resource = LIMITS.indexOf(plain);
        if (resource < 0) {
            throw FeluccaException.invalid("invalid ulimit type: " + name);
        }
        Scratch scratch = Scratch.get().reset();
        long struct = scratch.take(16);
        if (GETRLIMIT.call(resource, struct) < 0) {
            throw Errno.system("getrlimit", name, Libc.errno());
        }
        return new Limit(scratch.getLong(struct), scratch.getLong(struct + 8));
    }

    @Override
    public KernelName kernel() {
        Scratch scratch = Scratch.get().reset();
        long struct = scratch.takeCleared(6 * UTSNAME_FIELD_BYTES);
        if (UNAME.call(struct) < 0) {
            throw Errno.system("uname", "this host", Libc.errno());
        }
        String[] fields = new String[5];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = Scratch.cString(struct + (long) i * UTSNAME_FIELD_BYTES);
        }
        return new KernelName(fields[0], fields[1], fields[2], fields[3], fields[4]);
    }

    @Override
    public String bootId() {
        return ProcStat.bootId();
    }
}
