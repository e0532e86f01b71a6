package io.felucca.images.layers;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.tar.TarEntry;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Xattr;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Extended attributes on their way from and to an archive. */
public final class Attributes {

    private static final Logger LOG = LoggerFactory.getLogger(Attributes.class);
    private static final List<byte[]> OVERLAYS = List.of(
            "trusted.overlay.".getBytes(StandardCharsets.US_ASCII),
            "user.overlay.".getBytes(StandardCharsets.US_ASCII));

    private Attributes() {}

    /** Whether overlayfs keeps its own state there: such attributes never pass in or out. */
    public static boolean isOverlays(byte[] name) {
        for (byte[] prefix : OVERLAYS) {
            if (name.length >= prefix.length && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length)) {
                return true;
            }
        }
        return false;
    }

    static void set(OpenFile file, List<Xattr> xattrs) {
        for (Xattr xattr : xattrs) {
            set(xattr, () -> file.setXattr(xattr.name(), xattr.value()));
        }
    }

    static void set(Directory directory, byte[] name, List<Xattr> xattrs) {
        for (Xattr xattr : xattrs) {
            set(xattr, () -> directory.setXattr(name, xattr.name(), xattr.value()));
        }
    }

    /** As dockerd, goes on where the filesystem has no such attributes. */
    private static void set(Xattr xattr, Runnable call) {
        if (isOverlays(xattr.name())) {
            LOG.debug("dropped from a layer: attribute {}", TarEntry.show(xattr.name()));
            return;
        }
        try {
            call.run();
        } catch (FeluccaException e) {
            if (e.kind() != Kind.UNSUPPORTED) {
                throw e;
            }
            LOG.debug("dropped from a layer: attribute {}", TarEntry.show(xattr.name()), e);
        }
    }

    /** Takes from an existing directory what its new description does not have. */
    static void removeOthers(Directory directory, byte[] name, List<Xattr> wanted) {
        for (Xattr there : directory.xattrs(name)) {
            boolean keep = isOverlays(there.name())
                    || startsWith(there.name(), "system.")
                    || startsWith(there.name(), "security.selinux")
                    || wanted.stream().anyMatch(xattr -> Arrays.equals(xattr.name(), there.name()));
            if (!keep) {
                directory.removeXattr(name, there.name());
            }
        }
    }

    private static boolean startsWith(byte[] name, String prefix) {
        return new String(name, StandardCharsets.ISO_8859_1).startsWith(prefix);
    }
}
