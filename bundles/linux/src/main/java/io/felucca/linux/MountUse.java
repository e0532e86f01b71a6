package io.felucca.linux;

import java.nio.file.Path;
import java.util.List;

/** Tells from mountinfo whether a folder is mounted elsewhere. */
public final class MountUse {

    private MountUse() {}

    /** Whether a folder is the source of a bind mount or the upper directory of an overlay. */
    public static boolean isMounted(List<MountInfo> mounts, Path folder) {
        String path = folder.toString();
        MountInfo below = null;
        for (MountInfo mount : mounts) {
            if (isAtOrBelow(path, mount.mountPoint())
                    && (below == null
                            || mount.mountPoint().length() >= below.mountPoint().length())) {
                below = mount;
            }
        }
        for (MountInfo mount : mounts) {
            if (mount.type().equals("overlay")
                    && List.of(mount.superOptions().split(",")).contains("upperdir=" + path)) {
                return true;
            }
            if (below != null
                    && mount.major() == below.major()
                    && mount.minor() == below.minor()
                    && mount.root().equals(withinFileSystem(below, path))) {
                return true;
            }
        }
        return false;
    }

    private static String withinFileSystem(MountInfo mount, String path) {
        String rest = mount.mountPoint().equals("/")
                ? path
                : path.substring(mount.mountPoint().length());
        String joined = mount.root().equals("/") ? rest : mount.root() + rest;
        return joined.isEmpty() ? "/" : joined;
    }

    private static boolean isAtOrBelow(String path, String mountPoint) {
        return mountPoint.equals("/") || path.equals(mountPoint) || path.startsWith(mountPoint + "/");
    }
}
