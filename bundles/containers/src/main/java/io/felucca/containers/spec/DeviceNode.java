package io.felucca.containers.spec;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A device of the host as stat(2) shows it.
 *
 * @param type {@code c} or {@code b}
 * @param mode its permissions
 */
public record DeviceNode(String type, long major, long minor, int mode, int uid, int gid) {

    private static final int S_IFMT = 0xF000;
    private static final int S_IFCHR = 0x2000;
    private static final int S_IFBLK = 0x6000;

    /** Empty for what is no device. @throws IOException when it is not there */
    static Optional<DeviceNode> find(Path path, LinkOption... links) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,rdev,uid,gid", links);
        int mode = (Integer) attributes.get("mode");
        int type = mode & S_IFMT;
        if (type != S_IFCHR && type != S_IFBLK) {
            return Optional.empty();
        }
        long rdev = (Long) attributes.get("rdev");
        return Optional.of(new DeviceNode(
                type == S_IFCHR ? "c" : "b",
                rdev >> 8 & 0xfff | rdev >> 32 & ~0xfffL,
                rdev & 0xff | rdev >> 12 & ~0xffL,
                mode & 0777,
                (Integer) attributes.get("uid"),
                (Integer) attributes.get("gid")));
    }

    /** @throws FeluccaException INVALID with Docker's text when it is not there, or none */
    static DeviceNode ofBlockDevice(String path) {
        Optional<DeviceNode> node;
        try {
            node = find(Path.of(path));
        } catch (IOException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "stat " + path + ": no such file or directory", e);
        }
        return node.filter(found -> found.type().equals("b"))
                .orElseThrow(() -> FeluccaException.invalid(path + " is not a block device"));
    }
}
