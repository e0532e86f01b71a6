package io.felucca.linux.kernel.files;

import io.felucca.linux.files.Xattr;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Lists and reads extended attributes, however the inode is named. */
final class Xattrs {

    private static final int LIMIT_BYTES = 65536;

    private Xattrs() {}

    interface ListCall {
        long call(long buffer, long size);
    }

    interface GetCall {
        long call(long name, long buffer, long size);
    }

    /** The calls may refer to what the caller has put in the scratch memory. */
    static List<Xattr> all(Scratch scratch, Supplier<String> subject, ListCall listCall, GetCall getCall) {
        ByteBuffer large = scratch.large();
        long length = listCall.call(scratch.largeAddress(), LIMIT_BYTES);
        if (length < 0) {
            if (Libc.errno() == Errno.EOPNOTSUPP) {
                return List.of();
            }
            throw Errno.failed("listxattr", subject.get(), Libc.errno());
        }
        if (length == 0) {
            return List.of();
        }
        byte[] names = new byte[(int) length];
        large.get(0, names);
        List<Xattr> attributes = new ArrayList<>();
        int start = 0;
        for (int end = 0; end < names.length; end++) {
            if (names[end] == 0) {
                byte[] name = Arrays.copyOfRange(names, start, end);
                start = end + 1;
                byte[] value = get(scratch, subject, name, getCall);
                if (value != null) {
                    attributes.add(new Xattr(name, value));
                }
            }
        }
        return attributes;
    }

    /** Null when there is no such attribute. */
    static byte[] get(Scratch scratch, Supplier<String> subject, byte[] name, GetCall getCall) {
        ByteBuffer large = scratch.large();
        int mark = scratch.mark();
        long address = scratch.bytes(name);
        long length = getCall.call(address, scratch.largeAddress(), LIMIT_BYTES);
        scratch.rewind(mark);
        if (length < 0) {
            if (Libc.errno() == Errno.ENODATA || Libc.errno() == Errno.EOPNOTSUPP) {
                return null;
            }
            throw Errno.failed("getxattr", subject.get(), Libc.errno());
        }
        byte[] value = new byte[(int) length];
        large.get(0, value);
        return value;
    }

    /** Puts a value where a call can take it; one that is too large is cut to fail in the kernel. */
    static long value(Scratch scratch, byte[] value) {
        ByteBuffer large = scratch.large();
        large.put(value, 0, Math.min(value.length, large.capacity()));
        return scratch.largeAddress();
    }
}
