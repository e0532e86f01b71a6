package io.felucca.images.layers;

import io.felucca.IdMap;
import io.felucca.linux.Stat;

/** Owners as a container's user namespace names them, of inodes that the host sees. */
public record Owners(IdMap map) {

    public static final Owners HOST = new Owners(IdMap.NONE);

    Stat inside(Stat stat) {
        if (map.isNone()) {
            return stat;
        }
        return new Stat(
                stat.type(),
                stat.mode(),
                (int) map.insideUid(stat.uid() & 0xffffffffL),
                (int) map.insideGid(stat.gid() & 0xffffffffL),
                stat.sizeBytes(),
                stat.blocks(),
                stat.inode(),
                stat.device(),
                stat.rdev(),
                stat.links(),
                stat.accessed(),
                stat.modified(),
                stat.changed());
    }
}
