package io.felucca.testkit.network;

import io.felucca.engine.EngineRoot;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.network.spi.NetworkDriver.Attachment;
import io.felucca.network.spi.NetworkDriver.Endpoint;
import io.felucca.network.spi.NetworkDriver.Segment;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** A network driver on a machine of namespaces, and the containers that a test puts into its segments. */
public final class SegmentBench extends NetworkBench {

    /** Where containers serve. */
    public static final int PORT = 80;

    /** What a peer says that does not get there, as a regular expression. */
    public static final String UNREACHABLE = "SocketTimeoutException|NoRouteToHostException|unreachable";

    private static final String ENGINE = "0123456789ab";

    private final Function<EngineRoot, NetworkDriver> drivers;
    private final Supplier<String> leftOvers;
    private NetworkDriver driver;

    /** @param leftOvers what is left on the host that the kit cannot see */
    SegmentBench(Function<EngineRoot, NetworkDriver> drivers, Supplier<String> leftOvers) {
        this.drivers = drivers;
        this.leftOvers = leftOvers;
        renewDriver();
    }

    /** A segment of the subnet 10.N.0.0/16, or of these gateways. */
    public static Segment segment(int number, boolean internal, String... gateways) {
        List<Cidr> addresses = gateways.length == 0
                ? List.of(Cidr.parse("10." + number + ".0.1/16"))
                : List.of(gateways).stream().map(Cidr::parse).toList();
        return new Segment(("" + number).repeat(64), "net" + number, internal, addresses, Map.of());
    }

    /** The endpoint 10.N.0.M, with a default route unless the segment is internal. */
    public static Endpoint endpoint(Segment segment, int number) {
        InetAddress gateway = segment.gateways().get(0).address();
        byte[] address = gateway.getAddress();
        address[3] = (byte) number;
        return new Endpoint(
                String.format("%02x", number).repeat(6) + segment.id().substring(0, 52),
                ("c" + number).repeat(32).substring(0, 64),
                "eth0",
                "02:42:0a:" + segment.id().substring(0, 1) + "0:00:" + String.format("%02x", number),
                List.of(cidr(address, segment.gateways().get(0).prefixLength())),
                segment.internal() ? List.of() : List.of(gateway));
    }

    private static Cidr cidr(byte[] address, int length) {
        return Cidr.parse((address[0] & 0xff) + "." + (address[1] & 0xff) + "." + (address[2] & 0xff) + "."
                + (address[3] & 0xff) + "/" + length);
    }

    public static InetAddress address(Segment segment, int number) {
        return endpoint(segment, number).addresses().get(0).address();
    }

    public NetworkDriver driver() {
        return driver;
    }

    /** One of another engine. */
    NetworkDriver driver(String engineId) {
        return drivers.apply(engine(engineId));
    }

    /** Goes on with a new driver object, as after a stop and a start of its bundle. */
    void renewDriver() {
        driver = driver(ENGINE);
    }

    String leftOvers() {
        return leftOvers.get();
    }

    /** Calls the driver, on the host. */
    public void onHost(Consumer<NetworkDriver> call) {
        inHost(() -> {
            call.accept(driver);
            return null;
        });
    }

    public void ensure(Segment segment) {
        onHost(each -> each.ensure(segment, List.of()));
    }

    public Attachment join(Segment segment, Endpoint endpoint, Path namespace) {
        return inHost(() -> driver.join(segment, endpoint, namespace));
    }

    /** A container in a segment that serves its name {@code cM}. */
    public Path container(Segment segment, int number) {
        Path namespace = newNamespace();
        join(segment, endpoint(segment, number), namespace);
        serve(namespace, "c" + number, PORT);
        return namespace;
    }

    public String ask(Path from, InetAddress to) {
        return in(from, () -> NetworkPeer.askTcp(to, PORT));
    }

    public String ask(Path from, Segment segment, int number) {
        return ask(from, address(segment, number));
    }
}
