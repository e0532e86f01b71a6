package io.felucca.containers.spec;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Device nodes: Docker's default rules, {@code --device}, and all of the host's for {@code --privileged}. */
public final class SpecDevices {

    /** Folders of /dev that are a container's own, and its terminal. */
    private static final Set<String> OWN =
            Set.of("pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console");

    private static final Pattern CGROUP_RULE =
            Pattern.compile("([acb]) ([0-9]{1,9}|\\*):([0-9]{1,9}|\\*) ([rwm]{1,3})");

    private final List<Object> nodes = new ArrayList<>();
    private final List<Object> rules = new ArrayList<>();
    private final Set<String> paths = new TreeSet<>();

    /** {@code linux.devices}. */
    List<Object> nodes() {
        return nodes;
    }

    /** {@code linux.resources.devices}. */
    List<Object> rules() {
        return rules;
    }

    static SpecDevices of(HostConfig host, Path dev) {
        SpecDevices devices = new SpecDevices();
        if (host.privileged()) {
            devices.rules.add(rule(true, "", -1, -1, "rwm"));
            devices.addAll(dev, dev.toString(), "/dev", "rwm", false);
        } else {
            devices.rules.add(rule(false, "", -1, -1, "rwm"));
            // zero, null, urandom, random, tty, console; fuse refused
            for (int[] number : new int[][] {{1, 5}, {1, 3}, {1, 9}, {1, 8}, {5, 0}, {5, 1}}) {
                devices.rules.add(rule(true, "c", number[0], number[1], "rwm"));
            }
            devices.rules.add(rule(false, "c", 10, 229, "rwm"));
        }
        for (HostConfig.Device device : host.resources().devices()) {
            devices.addAsked(device, !host.privileged());
        }
        if (!host.privileged()) {
            host.resources().deviceCgroupRules().forEach(rule -> devices.rules.add(cgroupRule(rule)));
        }
        return devices;
    }

    /** Those alone, for a container that runs already. */
    static SpecDevices added(List<HostConfig.Device> asked) {
        SpecDevices devices = new SpecDevices();
        asked.forEach(device -> devices.addAsked(device, true));
        return devices;
    }

    private void addAsked(HostConfig.Device device, boolean withRules) {
        String permissions = permissions(device);
        String inContainer = device.path();
        Path path = Path.of(device.pathOnHost());
        try {
            path = path.toRealPath();
        } catch (IOException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID,
                    "error gathering device information while adding custom device \"" + device.pathOnHost()
                            + "\": no such file or directory",
                    e);
        }
        int before = nodes.size() + rules.size();
        if (Files.isDirectory(path)) {
            addAll(path, path.toString(), inContainer, permissions, withRules);
        } else {
            add(path, inContainer, permissions, withRules);
        }
        if (nodes.size() + rules.size() == before && !paths.contains(inContainer)) {
            throw FeluccaException.invalid("error gathering device information while adding custom device \""
                    + device.pathOnHost() + "\": not a device node");
        }
    }

    public static String permissions(HostConfig.Device device) {
        String permissions = device.cgroupPermissions();
        if (permissions == null || permissions.isEmpty()) {
            return "rwm";
        }
        if (!permissions.matches("[rwm]{1,3}")) {
            throw FeluccaException.invalid("bad mode specified: " + permissions);
        }
        return permissions;
    }

    /** {@code c 1:3 rwm}; stars for all numbers. @throws FeluccaException INVALID with Docker's text */
    public static Map<String, Object> cgroupRule(String text) {
        Matcher matcher = CGROUP_RULE.matcher(text);
        if (!matcher.matches()) {
            throw FeluccaException.invalid("invalid device cgroup rule format: '" + text + "'");
        }
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("allow", true);
        rule.put("type", matcher.group(1));
        if (!matcher.group(2).equals("*")) {
            rule.put("major", Long.parseLong(matcher.group(2)));
        }
        if (!matcher.group(3).equals("*")) {
            rule.put("minor", Long.parseLong(matcher.group(3)));
        }
        rule.put("access", matcher.group(4));
        return rule;
    }

    private void addAll(Path folder, String prefix, String inContainer, String permissions, boolean withRules) {
        TreeSet<Path> entries = new TreeSet<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
        } catch (IOException e) {
            throw FeluccaException.system("listing the devices in " + folder, e);
        }
        for (Path entry : entries) {
            if (OWN.contains(entry.getFileName().toString()) && folder.equals(Path.of("/dev"))) {
                continue;
            }
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                addAll(entry, prefix, inContainer, permissions, withRules);
            } else {
                add(entry, inContainer + entry.toString().substring(prefix.length()), permissions, withRules);
            }
        }
    }

    private void add(Path path, String inContainer, String permissions, boolean withRules) {
        DeviceNode found;
        try {
            found = DeviceNode.find(path, LinkOption.NOFOLLOW_LINKS).orElse(null);
        } catch (IOException e) {
            return; // gone in the meantime
        }
        if (found == null) {
            return;
        }
        if (paths.add(inContainer)) {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("path", inContainer);
            node.put("type", found.type());
            node.put("major", found.major());
            node.put("minor", found.minor());
            node.put("fileMode", found.mode());
            node.put("uid", found.uid());
            node.put("gid", found.gid());
            nodes.add(node);
        }
        if (withRules) {
            rules.add(rule(true, found.type(), found.major(), found.minor(), permissions));
        }
    }

    private static Map<String, Object> rule(boolean allow, String type, long major, long minor, String access) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("allow", allow);
        if (!type.isEmpty()) {
            rule.put("type", type);
            rule.put("major", major);
            rule.put("minor", minor);
        }
        rule.put("access", access);
        return rule;
    }
}
