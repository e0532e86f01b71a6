package io.felucca.linux.kernel;

import io.felucca.FeluccaException;
import io.felucca.linux.dm.DeviceMapper;
import io.felucca.linux.dm.DmDevice;
import io.felucca.linux.dm.DmTarget;
import io.felucca.linux.files.Open;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/** The ioctls of /dev/mapper/control, which is opened for each call. */
@Component
public final class KernelDeviceMapper implements DeviceMapper {

    private static final Path CONTROL = Path.of("/dev/mapper/control");
    private static final int SIZE_BYTES = 16 * 1024;
    private static final int LARGEST_BYTES = 16 * 1024 * 1024;

    /** Numbers of linux/dm-ioctl.h. */
    private enum Command {
        VERSION(0),
        LIST_DEVICES(2),
        DEV_CREATE(3),
        DEV_REMOVE(4),
        DEV_SUSPEND(6),
        DEV_STATUS(7),
        TABLE_LOAD(9),
        TABLE_STATUS(12),
        LIST_VERSIONS(13),
        TARGET_MSG(14),
        GET_TARGET_VERSION(17);

        /** _IOWR(0xfd, number, struct dm_ioctl). */
        private final long request;

        Command(int number) {
            request = 3L << 30 | DmMessage.HEADER_BYTES << 16 | 0xfd << 8 | number;
        }
    }

    @Override
    public boolean isAvailable() {
        try (KernelFd control = control()) {
            return call(control, Command.VERSION, new DmMessage(SIZE_BYTES).begin("", 0)) == 0;
        } catch (FeluccaException e) {
            return false;
        }
    }

    @Override
    public String version() {
        try (KernelFd control = control()) {
            DmMessage message = new DmMessage(SIZE_BYTES).begin("", 0);
            check("DM_VERSION", "", call(control, Command.VERSION, message));
            return message.version();
        }
    }

    /** LIST_VERSIONS knows what is loaded; GET_TARGET_VERSION (Linux 5.4) loads the module first. */
    @Override
    public boolean hasTarget(String type) {
        try (KernelFd control = control()) {
            if (call(control, Command.GET_TARGET_VERSION, new DmMessage(SIZE_BYTES).begin(type, 0)) == 0) {
                return true;
            }
            DmMessage versions = new DmMessage(SIZE_BYTES).begin("", 0);
            check("DM_LIST_VERSIONS", "", call(control, Command.LIST_VERSIONS, versions));
            return versions.names(0, 16).contains(type);
        }
    }

    @Override
    public Optional<DmDevice> find(String name) {
        DmMessage message = new DmMessage(SIZE_BYTES).begin(name, 0);
        int errno = call(Command.DEV_STATUS, message);
        if (errno == Errno.ENXIO) {
            return Optional.empty();
        }
        check("DM_DEV_STATUS", name, errno);
        return Optional.of(message.device());
    }

    @Override
    public List<String> names() {
        return large("DM_LIST_DEVICES", Command.LIST_DEVICES, "", 0).names(8, 12);
    }

    @Override
    public DmDevice create(String name, String uuid, List<DmTarget> table, boolean readOnly) {
        DmMessage message = new DmMessage(SIZE_BYTES);
        check(
                "DM_DEV_CREATE",
                name,
                call(Command.DEV_CREATE, message.begin(name, 0).uuid(uuid)));
        boolean made = false;
        try {
            load(message, name, table, readOnly);
            made = true;
            return message.device();
        } finally {
            if (!made) {
                call(Command.DEV_REMOVE, message.begin(name, 0));
            }
        }
    }

    /** The new table becomes the live one when the device is resumed. */
    private void load(DmMessage message, String name, List<DmTarget> table, boolean readOnly) {
        int flags = readOnly ? DmMessage.READ_ONLY : 0;
        check(
                "DM_TABLE_LOAD",
                name,
                call(Command.TABLE_LOAD, message.begin(name, flags).targets(table)));
        check("DM_DEV_SUSPEND (resume)", name, call(Command.DEV_SUSPEND, message.begin(name, 0)));
    }

    @Override
    public void replaceTable(String name, List<DmTarget> table, boolean readOnly) {
        load(new DmMessage(SIZE_BYTES), name, table, readOnly);
    }

    @Override
    public boolean remove(String name, boolean deferred) {
        int flags = deferred ? DmMessage.DEFERRED_REMOVE : 0;
        int errno = call(Command.DEV_REMOVE, new DmMessage(SIZE_BYTES).begin(name, flags));
        if (errno == Errno.ENXIO) {
            return false;
        }
        check("DM_DEV_REMOVE", name, errno);
        return true;
    }

    /** A message that the device mapper itself takes (Linux 3.13). */
    @Override
    public void keep(String name) {
        message(name, "@cancel_deferred_remove");
    }

    @Override
    public void suspend(String name) {
        check(
                "DM_DEV_SUSPEND",
                name,
                call(Command.DEV_SUSPEND, new DmMessage(SIZE_BYTES).begin(name, DmMessage.SUSPEND)));
    }

    @Override
    public void resume(String name) {
        check("DM_DEV_SUSPEND (resume)", name, call(Command.DEV_SUSPEND, new DmMessage(SIZE_BYTES).begin(name, 0)));
    }

    @Override
    public String message(String name, String text) {
        DmMessage message = new DmMessage(SIZE_BYTES).begin(name, 0).text(text);
        check("DM_TARGET_MSG \"" + text + "\"", name, call(Command.TARGET_MSG, message));
        return message.answer();
    }

    @Override
    public List<DmTarget> status(String name) {
        return large("DM_TABLE_STATUS", Command.TABLE_STATUS, name, 0).targets();
    }

    @Override
    public List<DmTarget> table(String name) {
        return large("DM_TABLE_STATUS", Command.TABLE_STATUS, name, DmMessage.STATUS_TABLE)
                .targets();
    }

    /** Asks again with more room while the answer does not fit. */
    private static DmMessage large(String callName, Command command, String name, int flags) {
        for (int size = SIZE_BYTES; ; size *= 4) {
            DmMessage message = new DmMessage(size).begin(name, flags);
            check(callName, name, call(command, message));
            if ((message.flags() & DmMessage.BUFFER_FULL) == 0 || size >= LARGEST_BYTES) {
                return message;
            }
        }
    }

    private static KernelFd control() {
        return new KernelFd(KernelDirectories.openat(CONTROL, Open.READ_WRITE, 0), CONTROL);
    }

    private static int call(Command command, DmMessage message) {
        try (KernelFd control = control()) {
            return call(control, command, message);
        } catch (FeluccaException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.UNSUPPORTED,
                    "the kernel has no device mapper (dm_mod): " + e.getMessage(),
                    e);
        }
    }

    private static int call(KernelFd control, Command command, DmMessage message) {
        int result = Libc.IOCTL.call(control.number(), command.request, Scratch.address(message.buffer()));
        return result < 0 ? Libc.errno() : 0;
    }

    private static void check(String call, String name, int errno) {
        if (errno == 0) {
            return;
        }
        String text = Errno.message(call, name, errno);
        throw switch (errno) {
            case Errno.ENXIO, Errno.ENODATA -> FeluccaException.notFound(text);
            case Errno.EBUSY, Errno.EEXIST -> FeluccaException.conflict(text);
            default -> FeluccaException.system(text);
        };
    }
}
