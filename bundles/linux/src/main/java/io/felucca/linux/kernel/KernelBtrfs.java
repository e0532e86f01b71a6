package io.felucca.linux.kernel;

import io.felucca.FeluccaException;
import io.felucca.linux.btrfs.Btrfs;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileSystemInfo;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Stat;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import io.felucca.linux.kernel.files.Names;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Component;

/** The ioctls of linux/btrfs.h; what trees hold is written down in linux/btrfs_tree.h. */
@Component
public final class KernelBtrfs implements Btrfs {

    private static final int VOLUME_BYTES = 4096;
    private static final int NAME_AT = 56;
    private static final long SUBVOL_CREATE_V2 = write(24, VOLUME_BYTES);
    private static final long SNAP_CREATE_V2 = write(23, VOLUME_BYTES);
    private static final long SNAP_DESTROY_V2 = write(63, VOLUME_BYTES);
    private static final int SPEC_BY_ID = 1 << 4;

    private static final int INFO_BYTES = 504;
    private static final long GET_SUBVOL_INFO = 2L << 30 | INFO_BYTES << 16 | 0x94 << 8 | 60;
    private static final int UUID_AT = 296;
    private static final int PARENT_UUID_AT = 312;
    private static final int MADE_IN_AT = 352;

    private static final long QUOTA_CTL = 3L << 30 | 16 << 16 | 0x94 << 8 | 40;
    private static final int QUOTA_ENABLE = 1;
    private static final long QUOTA_RESCAN_WAIT = 0x94 << 8 | 46;
    private static final long QGROUP_CREATE = write(42, 16);
    private static final long QGROUP_LIMIT = 2L << 30 | 48 << 16 | 0x94 << 8 | 43;
    private static final int LIMIT_REFERENCED = 1;

    private static final long ROOT_TREE = 1;
    private static final int INODE_ITEM = 1;
    private static final int INODE_REF = 12;
    private static final int INODE_EXTREF = 13;
    private static final int DIR_INDEX = 96;
    private static final int ROOT_ITEM = 132;
    private static final int ROOT_REF = 156;
    /** BTRFS_LAST_FREE_OBJECTID, as a signed number. */
    private static final long LAST = -256;

    /** _IOW(0x94, number, …). */
    private static long write(int number, int sizeBytes) {
        return 1L << 30 | (long) sizeBytes << 16 | 0x94 << 8 | number;
    }

    @Override
    public Optional<String> missing(Directory directory) {
        FileSystemInfo fileSystem = directory.fileSystem();
        if (fileSystem.type() != FileSystemInfo.BTRFS) {
            return Optional.of("its filesystem is " + fileSystem.typeName());
        }
        // No subvolume has the id 0: where the call is known it is refused as invalid.
        int errno = destroy(directory, 0);
        if (errno != Errno.EINVAL) {
            return Optional.of(Errno.message("ioctl BTRFS_IOC_SNAP_DESTROY_V2", directory.toString(), errno)
                    + ", which needs Linux 5.7 and CAP_SYS_ADMIN");
        }
        try {
            within(directory, 0);
            return Optional.empty();
        } catch (FeluccaException e) {
            return Optional.of(e.getMessage() + ", which needs CAP_SYS_ADMIN");
        }
    }

    @Override
    public void create(Directory parent, String name) {
        Scratch scratch = Scratch.get().reset();
        long volume = volume(scratch, 0, name);
        check("BTRFS_IOC_SUBVOL_CREATE_V2 " + name, parent, call(parent, SUBVOL_CREATE_V2, volume));
        // The process's umask counts.
        parent.setMode(name.getBytes(StandardCharsets.UTF_8), 0755);
    }

    @Override
    public void snapshot(Directory subvolume, Directory parent, String name) {
        Scratch scratch = Scratch.get().reset();
        long volume = volume(scratch, subvolume.number(), name);
        String text = "BTRFS_IOC_SNAP_CREATE_V2 of " + subvolume + " as " + name;
        check(text, parent, call(parent, SNAP_CREATE_V2, volume));
    }

    /** {@code struct btrfs_ioctl_vol_args_v2}. */
    private static long volume(Scratch scratch, long source, String name) {
        long volume = scratch.takeCleared(VOLUME_BYTES);
        scratch.putLong(volume, source);
        scratch.putBytes(volume + NAME_AT, Names.part(name.getBytes(StandardCharsets.UTF_8)));
        return volume;
    }

    @Override
    public Optional<Subvolume> subvolume(Directory directory) {
        if (directory.stat().inode() != TOP) {
            return Optional.empty();
        }
        Scratch scratch = Scratch.get().reset();
        long info = scratch.takeCleared(INFO_BYTES);
        check("BTRFS_IOC_GET_SUBVOL_INFO", directory, call(directory, GET_SUBVOL_INFO, info));
        HexFormat hex = HexFormat.of();
        return Optional.of(new Subvolume(
                scratch.getLong(info),
                hex.formatHex(scratch.getBytes(info + UUID_AT, 16)),
                hex.formatHex(scratch.getBytes(info + PARENT_UUID_AT, 16)),
                scratch.getLong(info + MADE_IN_AT)));
    }

    @Override
    public List<Long> within(Directory directory, long id) {
        List<Long> ids = new ArrayList<>();
        search(directory, ROOT_TREE)
                .find(id, id, ROOT_REF, ROOT_REF, (object, type, child, at, length) -> ids.add(child));
        return ids;
    }

    private static TreeSearch search(Directory directory, long tree) {
        return new TreeSearch(directory, tree, Scratch.get().large());
    }

    @Override
    public void delete(Directory directory, long id) {
        check("BTRFS_IOC_SNAP_DESTROY_V2 of " + id, directory, destroy(directory, id));
        // Newer kernels refuse this, and do it themselves when the blocks are freed; without quotas there is nothing.
        Scratch scratch = Scratch.get().reset();
        long group = scratch.takeCleared(16);
        scratch.putLong(group + 8, id);
        call(directory, QGROUP_CREATE, group);
    }

    private static int destroy(Directory directory, long id) {
        Scratch scratch = Scratch.get().reset();
        long volume = scratch.takeCleared(VOLUME_BYTES);
        scratch.putLong(volume + 16, SPEC_BY_ID);
        scratch.putLong(volume + NAME_AT, id);
        return call(directory, SNAP_DESTROY_V2, volume);
    }

    @Override
    public void changed(Directory directory, long id, long after, Consumer<Inode> each) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(TreeSearch.BUFFER_BYTES).order(ByteOrder.nativeOrder());
        Inode[] last = new Inode[1];
        TreeSearch search = new TreeSearch(directory, id, buffer).after(after);
        search.find(TOP, LAST, INODE_ITEM, INODE_EXTREF, (number, type, offset, at, length) -> {
            if (type == INODE_ITEM) {
                tell(last, each);
                // The block was written since, which does not say that each inode in it was.
                last[0] = buffer.getLong(at + 8) > after ? inode(number, buffer, at) : null;
            } else if (last[0] != null && last[0].number() == number) {
                addNames(last[0].names(), type, offset, buffer, at, at + length);
            }
        });
        tell(last, each);
    }

    private static void tell(Inode[] last, Consumer<Inode> each) {
        if (last[0] != null) {
            each.accept(last[0]);
        }
    }

    @Override
    public Optional<Inode> inode(Directory directory, long id, long inode) {
        ByteBuffer buffer = Scratch.get().large();
        List<Inode> found = new ArrayList<>(1);
        search(directory, id)
                .find(
                        inode,
                        inode,
                        INODE_ITEM,
                        INODE_ITEM,
                        (number, type, offset, at, length) -> found.add(inode(number, buffer, at)));
        return found.stream().findFirst();
    }

    private static Inode inode(long number, ByteBuffer item, int at) {
        return new Inode(
                number,
                item.getLong(at),
                FileType.ofMode(item.getInt(at + 52)),
                item.getInt(at + 40),
                item.getLong(at + 16),
                new Stat.Time(item.getLong(at + 124), item.getInt(at + 132)),
                new ArrayList<>(1));
    }

    @Override
    public List<Name> names(Directory directory, long id, long inode) {
        ByteBuffer buffer = Scratch.get().large();
        List<Name> names = new ArrayList<>(1);
        search(directory, id)
                .find(
                        inode,
                        inode,
                        INODE_REF,
                        INODE_EXTREF,
                        (object, type, offset, at, length) -> addNames(names, type, offset, buffer, at, at + length));
        return names;
    }

    /** Names in one directory share an item of the first type; those that do not fit are in items of the second. */
    private static void addNames(List<Name> names, int type, long offset, ByteBuffer buffer, int begin, int end) {
        int next = begin;
        while (next < end) {
            long parent = type == INODE_REF ? offset : buffer.getLong(next);
            int sizeAt = next + (type == INODE_REF ? 8 : 16);
            next = sizeAt + 2 + (buffer.getShort(sizeAt) & 0xffff);
            names.add(new Name(parent, text(buffer, sizeAt + 2, next)));
        }
    }

    @Override
    public List<Name> entries(Directory directory, long id, long inode) {
        ByteBuffer buffer = Scratch.get().large();
        List<Name> names = new ArrayList<>();
        search(directory, id).find(inode, inode, DIR_INDEX, DIR_INDEX, (object, type, index, at, length) -> {
            long number = buffer.getLong(at);
            int begin = at + 30;
            String name = text(buffer, begin, begin + (buffer.getShort(at + 27) & 0xffff));
            names.add(new Name(buffer.get(at + 8) == (byte) ROOT_ITEM ? -number : number, name));
        });
        return names;
    }

    private static String text(ByteBuffer buffer, int begin, int end) {
        byte[] name = new byte[end - begin];
        buffer.get(begin, name);
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void limit(Directory subvolume, long limitBytes) {
        Scratch scratch = Scratch.get().reset();
        long quota = scratch.takeCleared(16);
        scratch.putLong(quota, QUOTA_ENABLE);
        check("BTRFS_IOC_QUOTA_CTL (enable)", subvolume, call(subvolume, QUOTA_CTL, quota));
        // What was there before quotas were on is being counted.
        check("BTRFS_IOC_QUOTA_RESCAN_WAIT", subvolume, call(subvolume, QUOTA_RESCAN_WAIT, 0));
        // The group 0 stands for that of the subvolume itself.
        long limit = scratch.reset().takeCleared(48);
        scratch.putLong(limit + 8, LIMIT_REFERENCED);
        scratch.putLong(limit + 16, limitBytes == 0 ? -1 : limitBytes);
        check("BTRFS_IOC_QGROUP_LIMIT " + limitBytes, subvolume, call(subvolume, QGROUP_LIMIT, limit));
    }

    /** Returns errno, 0 for success. */
    private static int call(Directory directory, long request, long address) {
        return Libc.IOCTL.call(directory.number(), request, address) < 0 ? Libc.errno() : 0;
    }

    private static void check(String call, Directory directory, int errno) {
        if (errno == Errno.EEXIST || errno == Errno.ENOTEMPTY) {
            throw FeluccaException.conflict(Errno.message("ioctl " + call, directory.toString(), errno));
        } else if (errno != 0) {
            throw Errno.system("ioctl " + call, directory.toString(), errno);
        }
    }
}
