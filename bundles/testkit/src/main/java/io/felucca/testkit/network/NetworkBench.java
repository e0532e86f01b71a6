package io.felucca.testkit.network;

import io.felucca.engine.EngineRoot;
import io.felucca.linux.Output;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.net.KernelNamespaces;
import io.felucca.linux.kernel.net.KernelRtnetlink;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.linux.net.NetworkChange.AddAddress;
import io.felucca.linux.net.NetworkChange.AddBridge;
import io.felucca.linux.net.NetworkChange.AddVeth;
import io.felucca.linux.net.NetworkChange.Configure;
import io.felucca.linux.net.NetworkChange.SetDefaultRoute;
import io.felucca.linux.net.Rtnetlink;
import io.felucca.linux.net.Rtnetlink.Connection;
import io.felucca.network.spi.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A machine for tests, of network namespaces: a host with a local network {@code lan0} (192.0.2.1/24, 2001:db8::1/64),
 * hosts on it, and namespaces for containers. Nothing of it touches this machine's own network, and it is gone when it is
 * closed.
 */
public class NetworkBench implements AutoCloseable {

    /** The host's own address on its local network. */
    public static final InetAddress HOST = Cidr.parseAddress("192.0.2.1");

    public static final InetAddress HOST_IPV6 = Cidr.parseAddress("2001:db8::1");

    private static final int MTU = 1500;
    private static final Pattern ELEMENTS = Pattern.compile("elements = \\{([^}]*)\\}");
    private static final int NFT_MILLIS = 60_000;

    private final KernelNamespaces namespaces = new KernelNamespaces();
    private final Rtnetlink rtnetlink = new KernelRtnetlink();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Path host = newNamespace();
    private int lanHosts;

    public NetworkBench() {
        inHost(() -> {
            Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
            return null;
        });
        try (Connection connection = rtnetlink.open(host)) {
            connection.apply(new AddBridge("lan0", "02:00:00:00:00:01"));
            int index = connection.find("lan0").orElseThrow().index();
            connection.apply(
                    Configure.up("lan0"), new AddAddress(index, HOST, 24), new AddAddress(index, HOST_IPV6, 64));
        }
    }

    /** An engine of an id, as drivers see it. */
    public static EngineRoot engine(String id) {
        return new EngineRoot() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public Path dataRoot() {
                return Path.of("/nonexistent");
            }

            @Override
            public Path execRoot() {
                return Path.of("/nonexistent");
            }
        };
    }

    /** Does something on the host, such as calling a driver. */
    public <T> T inHost(Callable<T> work) {
        return namespaces.call(host, work);
    }

    public <T> T in(Path namespace, Callable<T> work) {
        return namespaces.call(namespace, work);
    }

    public Path host() {
        return host;
    }

    /** Has the program nft carry out commands on the host, and returns what they print. */
    public String nft(String commands) {
        return nft(host, commands);
    }

    /** The same in another namespace. */
    public String nft(Path namespace, String commands) {
        Output output = in(
                namespace,
                () -> new KernelProcesses()
                        .run(
                                List.of("nft", "-f", "-"),
                                List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
                                commands.getBytes(StandardCharsets.UTF_8),
                                NFT_MILLIS));
        if (!output.success()) {
            throw new AssertionError("nft " + commands + ": " + output.stderrText());
        }
        return output.stdoutText();
    }

    /** All rules of a namespace, as nft prints them: elements of sets, which have no order, by their text. */
    public String ruleset(Path namespace) {
        return ELEMENTS.matcher(nft(namespace, "list ruleset"))
                .replaceAll(elements -> Stream.of(elements.group(1).split(","))
                        .map(String::strip)
                        .sorted()
                        .collect(Collectors.joining(", ", "elements = { ", " }")));
    }

    /** A connection to look at the devices of a namespace. */
    public Connection devices(Path namespace) {
        Connection connection = rtnetlink.open(namespace);
        opened.add(connection);
        return connection;
    }

    /** A namespace with a loopback device and nothing else, as a container's. */
    public Path newNamespace() {
        Fd namespace = namespaces.create();
        opened.add(namespace);
        return namespaces.file(namespace);
    }

    /** Lets a namespace end, as that of a container whose processes have ended. */
    public void end(Path namespace) {
        opened.stream()
                .filter(each -> each instanceof Fd fd && namespaces.file(fd).equals(namespace))
                .map(Fd.class::cast)
                .forEach(Fd::close);
    }

    /** Another machine on the local network, with the host as its router: the first is 192.0.2.2 and 2001:db8::2. */
    public LanHost newLanHost() {
        int number = 2 + lanHosts++;
        InetAddress ipv4 = Cidr.parseAddress("192.0.2." + number);
        InetAddress ipv6 = Cidr.parseAddress("2001:db8::" + number);
        Fd namespace = namespaces.create();
        opened.add(namespace);
        Path file = namespaces.file(namespace);
        String port = "lanport" + number;
        try (Connection onHost = rtnetlink.open(host);
                Connection inLan = rtnetlink.open(file)) {
            onHost.apply(new AddVeth(port, "lan0", MTU, namespace, "eth0", ""), Configure.up(port));
            int index = inLan.find("eth0").orElseThrow().index();
            inLan.apply(
                    Configure.up("eth0"),
                    new AddAddress(index, ipv4, 24),
                    new AddAddress(index, ipv6, 64),
                    new SetDefaultRoute(index, HOST),
                    new SetDefaultRoute(index, HOST_IPV6));
        }
        return new LanHost(file, ipv4, ipv6);
    }

    /** A server in a namespace, until the bench is closed. */
    public NetworkPeer serve(Path namespace, String name, int port) {
        return serve(namespace, name, new InetSocketAddress(port));
    }

    /** The same on one address. */
    public NetworkPeer serve(Path namespace, String name, InetSocketAddress address) {
        NetworkPeer peer = namespaces.call(namespace, () -> new NetworkPeer(name, address));
        opened.add(peer);
        return peer;
    }

    public record LanHost(Path namespace, InetAddress ipv4, InetAddress ipv6) {}

    @Override
    public void close() {
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                throw new AssertionError("closing " + each, e);
            }
        }
    }
}
