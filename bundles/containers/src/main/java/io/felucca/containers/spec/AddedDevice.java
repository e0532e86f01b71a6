package io.felucca.containers.spec;

import io.felucca.containers.HostConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A device that a running container gets.
 *
 * @param path inside the container
 * @param type {@code c} or {@code b}
 * @param permissions of {@code rwm}
 */
public record AddedDevice(
        String path, String type, long major, long minor, int mode, int uid, int gid, String permissions) {

    /** @throws io.felucca.FeluccaException INVALID with Docker's text for what is no device */
    public static List<AddedDevice> of(List<HostConfig.Device> asked) {
        List<AddedDevice> all = new ArrayList<>();
        for (HostConfig.Device device : asked) {
            for (Object found : SpecDevices.added(List.of(device)).nodes()) {
                Map<?, ?> node = (Map<?, ?>) found;
                all.add(new AddedDevice(
                        (String) node.get("path"),
                        (String) node.get("type"),
                        (Long) node.get("major"),
                        (Long) node.get("minor"),
                        (Integer) node.get("fileMode"),
                        (Integer) node.get("uid"),
                        (Integer) node.get("gid"),
                        SpecDevices.permissions(device)));
            }
        }
        return all;
    }

    /** As {@code devices.allow} takes it. */
    public String rule() {
        return type + " " + major + ":" + minor + " " + permissions;
    }

    /** In the form of {@link io.felucca.linux.files.Stat#rdev}. */
    public long rdev() {
        return major << 32 | minor;
    }
}
