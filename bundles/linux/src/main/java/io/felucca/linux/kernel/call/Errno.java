package io.felucca.linux.kernel.call;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import java.util.Locale;

/** Error numbers of Linux (asm-generic/errno.h, the same on x86-64 and arm64), and the exceptions made of them. */
public final class Errno {

    static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENOTTY = 25;
    static final int ERANGE = 34;
    static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EPROTONOSUPPORT = 93;
    public static final int ESOCKTNOSUPPORT = 94;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    static final int ENOBUFS = 105;

    private static final String[] NAMES = ("EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM"
                    + " EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY"
                    + " ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS"
                    + " ENOTEMPTY ELOOP 41 ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE"
                    + " EBADR EXFULL ENOANO EBADRQC EBADSLT 58 EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE"
                    + " ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG"
                    + " ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ"
                    + " EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT"
                    + " EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET"
                    + " ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH"
                    + " EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM"
                    + " EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE"
                    + " ERFKILL EHWPOISON")
            .split(" ");

    private static final Libc.Function STRERROR = Libc.function("strerror_r");

    private Errno() {}

    static String name(int errno) {
        return errno > 0 && errno <= NAMES.length ? NAMES[errno - 1] : "errno " + errno;
    }

    public static String text(int errno) {
        return name(errno) + " (" + libraryText(errno) + ")";
    }

    /** As Go, and so Docker, words it. */
    public static String words(int errno) {
        return libraryText(errno).toLowerCase(Locale.ROOT);
    }

    private static String libraryText(int errno) {
        Scratch scratch = Scratch.get().reset();
        // The GNU form: the text is where the result points, not always in the buffer.
        return Scratch.cString(STRERROR.callLong(errno, scratch.take(256), 256));
    }

    /** What failed, on what, and why. The kind follows errno where a caller may act on it. */
    public static FeluccaException failed(String call, String subject, int errno) {
        Kind kind = switch (errno) {
            case ENOENT, ENOTDIR, ENODEV -> Kind.NOT_FOUND;
            case EEXIST, ENOTEMPTY, EBUSY, EISDIR, EADDRINUSE -> Kind.CONFLICT;
            case ELOOP, EXDEV, ENAMETOOLONG -> Kind.INVALID;
            case ENOSYS, EOPNOTSUPP -> Kind.UNSUPPORTED;
            default -> Kind.SYSTEM;
        };
        return new FeluccaException(kind, message(call, subject, errno));
    }

    public static FeluccaException system(String call, String subject, int errno) {
        return FeluccaException.system(message(call, subject, errno));
    }

    public static String message(String call, String subject, int errno) {
        return call + " " + subject + ": " + text(errno);
    }
}
