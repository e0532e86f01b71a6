package io.felucca.linux.kernel;

import io.felucca.FeluccaException;
import io.felucca.linux.OpenFile;
import io.felucca.linux.Seccomp;
import io.felucca.linux.SeccompProfile;
import io.felucca.linux.SeccompProfile.Action;
import io.felucca.linux.SeccompProfile.Argument;
import io.felucca.linux.SeccompProfile.Rule;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.osgi.service.component.annotations.Component;

/** libseccomp 2.5 through jnr-ffi: called once a profile, so the cost of a proxy class does not matter. */
@Component
public final class LibSeccomp implements Seccomp {

    /** seccomp.h; public for the proxy's sake. */
    public interface Library {
        Pointer seccomp_init(int defaultAction);

        void seccomp_release(Pointer context);

        int seccomp_arch_add(Pointer context, int architecture);

        int seccomp_syscall_resolve_name(String name);

        int seccomp_rule_add_array(Pointer context, int action, int call, int count, Pointer arguments);

        int seccomp_export_bpf(Pointer context, int fd);
    }

    private static final int UNKNOWN_CALL = -1;
    private static final int ARCH_X86 = 0x40000003;
    private static final int ARCH_X32 = 0x4000003E;
    private static final int ARCH_ARM = 0x40000028;
    /** struct scmp_arg_cmp: number, operator, two 64-bit values. */
    private static final int ARGUMENT_BYTES = 24;

    @Override
    public boolean isAvailable() {
        return Loaded.LIBRARY != null;
    }

    @Override
    public byte[] compile(SeccompProfile profile) {
        Library library = Loaded.LIBRARY;
        if (library == null) {
            throw FeluccaException.unsupported(
                    "libseccomp.so.2 cannot be loaded; install libseccomp (" + Loaded.reason + ")");
        }
        int defaultAction = action(profile.defaultAction(), profile.defaultErrno());
        Pointer context = library.seccomp_init(defaultAction);
        if (context == null) {
            throw FeluccaException.system("seccomp_init failed for the default action " + profile.defaultAction());
        }
        try {
            for (int architecture : Libc.ARM ? List.of(ARCH_ARM) : List.of(ARCH_X86, ARCH_X32)) {
                int result = library.seccomp_arch_add(context, architecture);
                if (result != -Errno.EEXIST) {
                    ok("seccomp_arch_add", result);
                }
            }
            for (Rule rule : profile.rules()) {
                int action = action(rule.action(), rule.errno());
                // libseccomp refuses a rule that says what the default does.
                if (action != defaultAction) {
                    add(library, context, rule, action);
                }
            }
            return export(library, context);
        } finally {
            library.seccomp_release(context);
        }
    }

    private static void add(Library library, Pointer context, Rule rule, int action) {
        List<Argument> arguments = rule.arguments();
        Pointer array = null;
        if (!arguments.isEmpty()) {
            array = Runtime.getSystemRuntime()
                    .getMemoryManager()
                    .allocateDirect(arguments.size() * ARGUMENT_BYTES, true);
            for (int i = 0; i < arguments.size(); i++) {
                Argument argument = arguments.get(i);
                long at = (long) i * ARGUMENT_BYTES;
                array.putInt(at, argument.index());
                array.putInt(at + 4, argument.comparison().ordinal() + 1);
                array.putLong(at + 8, argument.value());
                array.putLong(at + 16, argument.valueTwo());
            }
        }
        for (String name : rule.names()) {
            int call = library.seccomp_syscall_resolve_name(name);
            if (call != UNKNOWN_CALL) {
                ok(
                        "seccomp rule for " + name,
                        library.seccomp_rule_add_array(context, action, call, arguments.size(), array));
            }
        }
    }

    private static byte[] export(Library library, Pointer context) {
        try (OpenFile memory = KernelSockets.openMemFd("seccomp")) {
            ok("seccomp_export_bpf", library.seccomp_export_bpf(context, memory.number()));
            ByteArrayOutputStream filter = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            for (int count = memory.readAt(buffer, 0);
                    count > 0;
                    count = memory.readAt(buffer.clear(), filter.size())) {
                filter.write(buffer.array(), 0, count);
            }
            return filter.toByteArray();
        }
    }

    private static int action(Action action, int value) {
        return switch (action) {
            case KILL_PROCESS -> 0x80000000;
            case KILL_THREAD -> 0;
            case TRAP -> 0x00030000;
            case ERRNO -> 0x00050000 | value & 0xffff;
            case TRACE -> 0x7ff00000 | value & 0xffff;
            case LOG -> 0x7ffc0000;
            case ALLOW -> 0x7fff0000;
        };
    }

    private static void ok(String call, int result) {
        if (result < 0) {
            throw FeluccaException.system(call + ": " + Errno.text(-result));
        }
    }

    /** Loaded at first use. */
    private static final class Loaded {
        static String reason = "";
        static final Library LIBRARY = load();

        private static Library load() {
            try {
                Library library = LibraryLoader.create(Library.class).load("libseccomp.so.2");
                library.seccomp_syscall_resolve_name("read");
                return library;
            } catch (LinkageError e) {
                reason = String.valueOf(e.getMessage());
                return null;
            }
        }
    }
}
