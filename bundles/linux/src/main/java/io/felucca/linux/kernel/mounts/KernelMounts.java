package io.felucca.linux.kernel.mounts;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.FeluccaException.StartFailure;
import io.felucca.linux.MountInfo;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelDirectory;
import io.felucca.storage.spi.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Mounts by system calls. */
@Component
public final class KernelMounts implements Mounts {

    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;
    private static final long MS_PRIVATE = 1L << 18;

    private final UserNamespaces userNamespaces = new UserNamespaces();
    private final KernelDirectories directories = new KernelDirectories();

    @Deactivate
    public void close() {
        userNamespaces.close();
    }

    @Override
    public void mount(Mount mount, Path target) {
        mount(mount, target.toString());
    }

    private void mount(Mount mount, String target) {
        MountOptions options = MountOptions.of(mount.options());
        if (!mount.idMap().isNone()) {
            mountMapped(mount, options, target);
        } else if (mount.type().equals("overlay")) {
            new OverlayMount(mount, target).make();
        } else if (mount.type().equals("bind") || options.bind()) {
            bind(mount, options, target);
        } else {
            String data = options.data().isEmpty() ? null : String.join(",", options.data());
            long flags = options.withoutPropagation();
            check(mount, target, flags, data, MountCalls.mount(mount.source(), target, mount.type(), flags, data));
        }
        long propagation = options.propagation();
        if (propagation != 0) {
            check(mount, target, propagation, null, MountCalls.mount("none", target, null, propagation, null));
        }
    }

    /** In the words of moby/sys/mount 0.2, which users of volumes see. */
    private static void check(Mount mount, String target, long flags, String data, int errno) {
        if (errno != 0) {
            String message = "mount " + mount.source() + ":" + target
                    + (flags == 0 ? "" : ", flags: 0x" + Long.toHexString(flags))
                    + (data == null ? "" : ", data: " + data)
                    + ": " + Errno.words(errno);
            throw FeluccaException.notStarted(
                    Kind.SYSTEM,
                    message,
                    errno == Errno.ENOENT ? Optional.of(StartFailure.NOT_FOUND) : Optional.empty(),
                    null);
        }
    }

    private static void bind(Mount mount, MountOptions options, String target) {
        long bind = MountOptions.MS_BIND | options.flags() & MountOptions.MS_REC;
        check(mount, target, bind, null, MountCalls.mount(mount.source(), target, null, bind, null));
        if (options.perMount() != 0) {
            long remount = MountOptions.MS_BIND | MountOptions.MS_REMOUNT | options.perMount();
            int errno = MountCalls.mount("none", target, null, remount, null);
            if (errno != 0) {
                MountCalls.unmount(target, MNT_DETACH | UMOUNT_NOFOLLOW);
                check(mount, target, remount, null, errno);
            }
        }
    }

    private void mountMapped(Mount mount, MountOptions options, String target) {
        if (!mount.type().equals("bind")) {
            throw FeluccaException.unsupported("only a bind mount takes an id map, not " + mount.type());
        }
        boolean recursive = (options.flags() & MountOptions.MS_REC) != 0;
        int namespace = userNamespaces.of(mount.idMap()).number();
        try (KernelFd tree = MountCalls.openTree(mount.source(), recursive)) {
            long attributes = MountCalls.MOUNT_ATTR_IDMAP | options.attributes();
            MountCalls.setAttributes(tree, recursive, attributes, namespace);
            MountCalls.attach(tree, target);
        }
    }

    @Override
    public void mountAll(List<Mount> mounts, Path target) {
        List<Path> made = new ArrayList<>();
        try {
            for (Mount mount : mounts) {
                if (isStaging(mount)) {
                    Path staging = Path.of(mount.target());
                    Files.createDirectories(staging);
                    mount(mount, staging.toString());
                    made.add(staging);
                }
            }
            for (Mount mount : mounts) {
                if (!isStaging(mount)) {
                    mountBelow(mount, target);
                    made.add(target.resolve(mount.target()));
                }
            }
        } catch (IOException e) {
            undo(made);
            throw FeluccaException.system("cannot make the folder of a staging mount", e);
        } catch (FeluccaException e) {
            undo(made);
            throw e;
        }
    }

    private static boolean isStaging(Mount mount) {
        return mount.target().startsWith("/");
    }

    /** What lies below a layer's root was written by its image: resolved inside, and mounted by descriptor. */
    private void mountBelow(Mount mount, Path target) {
        if (mount.target().isEmpty()) {
            mount(mount, target);
            return;
        }
        try (Directory root = directories.open(target);
                OpenFile place =
                        root.open(mount.target().getBytes(StandardCharsets.UTF_8), Resolve.IN_ROOT, Open.PATH, 0)) {
            mount(mount, "/proc/self/fd/" + place.number());
        }
    }

    private void undo(List<Path> made) {
        for (ListIterator<Path> last = made.listIterator(made.size()); last.hasPrevious(); ) {
            unmount(last.previous(), true);
        }
    }

    @Override
    public void unmountAll(List<Mount> mounts, Path target) {
        for (ListIterator<Mount> last = mounts.listIterator(mounts.size()); last.hasPrevious(); ) {
            Mount mount = last.previous();
            if (!isStaging(mount)) {
                unmount(target.resolve(mount.target()), false);
            }
        }
        for (ListIterator<Mount> last = mounts.listIterator(mounts.size()); last.hasPrevious(); ) {
            Mount mount = last.previous();
            if (isStaging(mount)) {
                unmount(Path.of(mount.target()), false);
            }
        }
    }

    @Override
    public boolean unmount(Path target, boolean lazy) {
        int errno = MountCalls.unmount(target.toString(), UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0));
        return switch (errno) {
            case 0 -> true;
            // Not a mount point, or no such path.
            case Errno.EINVAL, Errno.ENOENT, Errno.ENOTDIR -> false;
            case Errno.EBUSY -> throw FeluccaException.conflict("cannot unmount " + target + ": it is in use");
            default -> throw Errno.system("umount2", target.toString(), errno);
        };
    }

    @Override
    public void makePrivate(Path mountPoint, boolean recursive) {
        long flags = MS_PRIVATE | (recursive ? MountOptions.MS_REC : 0);
        int errno = MountCalls.mount("none", mountPoint.toString(), null, flags, null);
        if (errno != 0) {
            throw Errno.system("mount MS_PRIVATE", mountPoint.toString(), errno);
        }
    }

    /** Without a look at the table of mounts, which grows with the containers. */
    @Override
    public void detachTree(Path mountPoint) {
        boolean mayBeMounted = !Files.isSymbolicLink(mountPoint);
        while (mayBeMounted && isMadePrivate(mountPoint)) {
            mayBeMounted = unmount(mountPoint, true);
        }
    }

    /** False where nothing is mounted. */
    private static boolean isMadePrivate(Path mountPoint) {
        int errno = MountCalls.mount("none", mountPoint.toString(), null, MS_PRIVATE | MountOptions.MS_REC, null);
        return switch (errno) {
            case 0 -> true;
            case Errno.EINVAL, Errno.ENOENT, Errno.ENOTDIR -> false;
            default -> throw Errno.system("mount MS_PRIVATE", mountPoint.toString(), errno);
        };
    }

    @Override
    public Directory openDetached(Mount mount) {
        MountOptions options = MountOptions.of(mount.options());
        String subject = mount.type() + " of " + mount.source();
        try (KernelFd fileSystem = MountCalls.openFileSystem(mount.type())) {
            MountCalls.configure(fileSystem, "source", mount.source());
            if ((options.flags() & MountOptions.MS_RDONLY) != 0) {
                MountCalls.configure(fileSystem, "ro", null);
            }
            for (String option : options.data()) {
                int equals = option.indexOf('=');
                String key = equals < 0 ? option : option.substring(0, equals);
                String value = equals < 0 ? null : option.substring(equals + 1);
                int errno = MountCalls.configure(fileSystem, key, value);
                if (errno != 0) {
                    throw Errno.system("fsconfig " + option, subject, errno);
                }
            }
            try (KernelFd made = MountCalls.create(fileSystem, subject, options.attributes())) {
                return KernelDirectory.reopen(made);
            }
        }
    }

    @Override
    public List<MountInfo> list() {
        return MountTable.read();
    }

    @Override
    public Optional<MountInfo> find(Path mountPoint) {
        String path = mountPoint.toString();
        return list().stream().filter(mount -> mount.mountPoint().equals(path)).reduce((first, second) -> second);
    }
}
