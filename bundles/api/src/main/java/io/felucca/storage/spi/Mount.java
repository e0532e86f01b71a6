package io.felucca.storage.spi;

import io.felucca.IdMap;
import java.util.List;

/**
 * One mount to be made by the core: a value, as mount(8) would be told it.
 *
 * @param type {@code bind}, {@code overlay}, {@code ext4}…
 * @param source a path or a device; the type's name where it has none
 * @param target relative to the place where the layer is mounted, empty for that place itself; an absolute path is a
 *     staging mount that later mounts of the list refer to, made first and taken away when they are made
 * @param options as in fstab(5): {@code ro}, {@code lowerdir=…}. Lower directories of an overlay may be more than fit
 *     in mount(2)'s page: the mounter copes
 * @param idMap for a bind: an idmapped mount (mount_setattr(2)); {@link IdMap#NONE} for none
 */
public record Mount(String type, String source, String target, List<String> options, IdMap idMap) {

    public Mount {
        options = List.copyOf(options);
    }

    public static Mount bind(String source, String... options) {
        return new Mount("bind", source, "", List.of(options), IdMap.NONE);
    }
}
