package io.felucca.linux.kernel;

import com.kenai.jffi.Library;
import io.felucca.FeluccaException;
import io.felucca.linux.Seccomp;
import io.felucca.linux.SeccompProfile;
import io.felucca.linux.SeccompProfile.Action;
import io.felucca.linux.SeccompProfile.Argument;
import io.felucca.linux.SeccompProfile.Rule;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import io.felucca.linux.kernel.socket.KernelSockets;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** libseccomp 2.5, loaded at first use (seccomp.h). */
@Component
public final class LibSeccomp implements Seccomp {

    private static final int UNKNOWN_CALL = -1;
    private static final int ARCH_X86 = 0x40000003;
    private static final int ARCH_X32 = 0x4000003E;
    private static final int ARCH_ARM = 0x40000028;
    /** struct scmp_arg_cmp: number, operator, two 64-bit values. */
    private static final int ARGUMENT_BYTES = 24;

    private static final int ARGUMENTS = 6;

    @Override
    public boolean isAvailable() {
        return Loaded.LIBRARY != null;
    }

    @Override
    public byte[] compile(SeccompProfile profile) {
        if (!isAvailable()) {
            throw FeluccaException.unsupported(
                    "libseccomp.so.2 cannot be loaded; install libseccomp (" + Loaded.reason + ")");
        }
        int defaultAction = action(profile.defaultAction(), profile.defaultErrno());
        long context = Loaded.INIT.callLong(defaultAction);
        if (context == 0) {
            throw FeluccaException.system("seccomp_init failed for the default action " + profile.defaultAction());
        }
        try {
            for (int architecture : Libc.ARM ? List.of(ARCH_ARM) : List.of(ARCH_X86, ARCH_X32)) {
                int result = Loaded.ARCH_ADD.call(context, architecture);
                if (result != -Errno.EEXIST) {
                    ok("seccomp_arch_add", result);
                }
            }
            for (Rule rule : profile.rules()) {
                int action = action(rule.action(), rule.errno());
                // libseccomp refuses a rule that says what the default does.
                if (action != defaultAction) {
                    add(context, rule, action);
                }
            }
            return export(context);
        } finally {
            Loaded.RELEASE.call(context);
        }
    }

    private static void add(long context, Rule rule, int action) {
        List<Argument> arguments = rule.arguments();
        if (arguments.size() > ARGUMENTS) {
            throw FeluccaException.invalid("a seccomp rule for " + rule.names() + " compares more than six arguments");
        }
        for (String name : rule.names()) {
            Scratch scratch = Scratch.get().reset();
            int call = Loaded.RESOLVE.call(scratch.text(name));
            if (call != UNKNOWN_CALL) {
                long array = put(scratch, arguments);
                ok("seccomp rule for " + name, Loaded.RULE_ADD.call(context, action, call, arguments.size(), array));
            }
        }
    }

    private static long put(Scratch scratch, List<Argument> arguments) {
        long array = scratch.takeCleared(ARGUMENTS * ARGUMENT_BYTES);
        long at = array;
        for (Argument argument : arguments) {
            scratch.putInt(at, argument.index());
            scratch.putInt(at + 4, argument.comparison().ordinal() + 1);
            scratch.putLong(at + 8, argument.value());
            scratch.putLong(at + 16, argument.valueTwo());
            at += ARGUMENT_BYTES;
        }
        return array;
    }

    private static byte[] export(long context) {
        try (OpenFile memory = KernelSockets.openMemFd("seccomp")) {
            ok("seccomp_export_bpf", Loaded.EXPORT.call(context, memory.number()));
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

    /** The library and its functions, null without it. */
    private static final class Loaded {
        static String reason = "";
        static final Library LIBRARY = load();
        static final Libc.Function INIT = function("seccomp_init");
        static final Libc.Function RELEASE = function("seccomp_release");
        static final Libc.Function ARCH_ADD = function("seccomp_arch_add");
        static final Libc.Function RESOLVE = function("seccomp_syscall_resolve_name");
        static final Libc.Function RULE_ADD = function("seccomp_rule_add_array");
        static final Libc.Function EXPORT = function("seccomp_export_bpf");

        private static Library load() {
            Library library = Library.openLibrary("libseccomp.so.2", Library.LAZY);
            if (library == null) {
                reason = String.valueOf(Library.getLastError());
            }
            return library;
        }

        private static Libc.Function function(String name) {
            return LIBRARY == null ? null : Libc.function(LIBRARY, name);
        }
    }
}
