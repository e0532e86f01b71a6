package io.felucca.docker.json.system;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@code /info} says of the machine, as the kernel's files have it. */
final class HostJson {

    private static final Path OS_RELEASE = Path.of("/etc/os-release");

    private HostJson() {}

    static void put(ObjectNode root, int apiMinor) {
        root.put("IPv4Forwarding", isOn("/proc/sys/net/ipv4/ip_forward"));
        if (apiMinor < 50) {
            root.put("BridgeNfIptables", isOn("/proc/sys/net/bridge/bridge-nf-call-iptables"));
            root.put("BridgeNfIp6tables", isOn("/proc/sys/net/bridge/bridge-nf-call-ip6tables"));
        }
        root.put("KernelVersion", line("/proc/sys/kernel/osrelease"));
        root.put("OperatingSystem", release("PRETTY_NAME").orElse("Linux"));
        root.put("OSVersion", release("VERSION_ID").orElse(""));
        root.put("OSType", "linux");
        root.put("Architecture", architecture());
        root.put("NCPU", Runtime.getRuntime().availableProcessors());
        root.put("MemTotal", memoryBytes());
        root.put("Name", line("/proc/sys/kernel/hostname"));
    }

    static int openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return (int) files.count();
        } catch (IOException e) {
            throw FeluccaException.system("cannot list /proc/self/fd: " + e.getMessage(), e);
        }
    }

    private static boolean isOn(String file) {
        return line(file).equals("1");
    }

    /** Empty when this kernel has no such file. */
    private static String line(String file) {
        Path path = Path.of(file);
        try {
            return Files.exists(path) ? Files.readString(path).strip() : "";
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** os-release(5). */
    private static Optional<String> release(String name) {
        return line(OS_RELEASE.toString())
                .lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1).replace("\"", ""))
                .findFirst();
    }

    /** The kernel's word, which the JVM has in its own spelling. */
    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    private static long memoryBytes() {
        String total = line("/proc/meminfo").lines().findFirst().orElse("").replaceAll("[^0-9]", "");
        return total.isEmpty() ? 0 : Long.parseLong(total) * 1024;
    }
}
