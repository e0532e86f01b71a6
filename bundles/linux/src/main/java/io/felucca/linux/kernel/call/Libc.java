package io.felucca.linux.kernel.call;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import java.util.Arrays;

/**
 * The C library, called through jffi, the lower half of jnr-ffi: every argument and result is a 64-bit integer or an
 * address, so that one invoker serves all and no proxy class is generated (seen on JDK 17: 43 ms and 4 MB to the first
 * call against 130 ms and 16 MB, the same 180 ns for a call afterwards). Results of int functions are to be cast: their
 * upper half is undefined. Loaded at first use.
 */
public final class Libc {

    public static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    public static final int AT_FDCWD = -100;
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_REMOVEDIR = 0x200;
    public static final int AT_EMPTY_PATH = 0x1000;
    public static final int O_CLOEXEC = 0x80000;

    private static final Invoker INVOKER = Invoker.getInstance();
    private static final Library LIBRARY = Library.getDefault();
    private static final LastError LAST_ERROR = LastError.getInstance();
    private static final CallContext[] CONTEXTS = new CallContext[7];

    static {
        for (int count = 0; count < CONTEXTS.length; count++) {
            Type[] parameters = new Type[count];
            Arrays.fill(parameters, Type.SINT64);
            CONTEXTS[count] = CallContext.getCallContext(Type.SINT64, parameters, CallingConvention.DEFAULT, true);
        }
    }

    public static final Function SYSCALL = function("syscall");
    static final Function CLOSE = function("close");
    public static final Function READ = function("read");
    static final Function WRITE = function("write");
    public static final Function OPENAT = function("openat");
    public static final Function FCNTL = function("fcntl");
    public static final Function IOCTL = function("ioctl");
    static final Function POLL = function("poll");

    private Libc() {}

    /** A function of the C library by address; {@code call} needs at most six arguments. */
    public record Function(String name, long address) {

        public int call(long a) {
            return (int) INVOKER.invokeN1(CONTEXTS[1], address, a);
        }

        public int call(long a, long b) {
            return (int) INVOKER.invokeN2(CONTEXTS[2], address, a, b);
        }

        public int call(long a, long b, long c) {
            return (int) INVOKER.invokeN3(CONTEXTS[3], address, a, b, c);
        }

        public int call(long a, long b, long c, long d) {
            return (int) INVOKER.invokeN4(CONTEXTS[4], address, a, b, c, d);
        }

        public int call(long a, long b, long c, long d, long e) {
            return (int) INVOKER.invokeN5(CONTEXTS[5], address, a, b, c, d, e);
        }

        public int call(long a, long b, long c, long d, long e, long f) {
            return (int) INVOKER.invokeN6(CONTEXTS[6], address, a, b, c, d, e, f);
        }

        /** For functions of a 64-bit result. */
        public long callLong(long a) {
            return INVOKER.invokeN1(CONTEXTS[1], address, a);
        }

        public long callLong(long a, long b, long c) {
            return INVOKER.invokeN3(CONTEXTS[3], address, a, b, c);
        }

        public long callLong(long a, long b, long c, long d) {
            return INVOKER.invokeN4(CONTEXTS[4], address, a, b, c, d);
        }

        public long callLong(long a, long b, long c, long d, long e, long f) {
            return INVOKER.invokeN6(CONTEXTS[6], address, a, b, c, d, e, f);
        }
    }

    public static Function function(String name) {
        long address = LIBRARY.getSymbolAddress(name);
        if (address == 0) {
            throw new UnsatisfiedLinkError("the C library has no " + name + "; glibc 2.34 or newer is needed");
        }
        return new Function(name, address);
    }

    /** A function of another library, which stays loaded as long as the caller keeps it. */
    public static Function function(Library library, String name) {
        long address = library.getSymbolAddress(name);
        if (address == 0) {
            throw new UnsatisfiedLinkError("the library has no " + name);
        }
        return new Function(name, address);
    }

    public static int errno() {
        return LAST_ERROR.get();
    }
}
