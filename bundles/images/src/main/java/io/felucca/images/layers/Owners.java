package io.felucca.images.layers;

import io.felucca.IdMap;
import io.felucca.images.tar.TarEntry;
import io.felucca.linux.files.Stat;

/** Owners as a container's user namespace names them, of inodes that the host sees. */
public record Owners(IdMap map) {

    public static final Owners HOST = new Owners(IdMap.NONE);

    /** The entry with the owners that the host sees. */
    public TarEntry outside(TarEntry entry) {
        return map.isNone() ? entry : outside(entry, entry.uid() & 0xffffffffL, entry.gid() & 0xffffffffL);
    }

    /** As {@link #outside(TarEntry)}, for owners other than the entry's own. */
    public TarEntry outside(TarEntry entry, long uid, long gid) {
        return entry.owned((int) map.outsideUid(uid), (int) map.outsideGid(gid));
    }

    public Stat inside(Stat stat) {
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
