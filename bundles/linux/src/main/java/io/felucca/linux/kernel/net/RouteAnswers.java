package io.felucca.linux.kernel.net;

import io.felucca.linux.net.Rtnetlink.Address;
import io.felucca.linux.net.Rtnetlink.Device;
import io.felucca.linux.net.Rtnetlink.Route;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Reads what rtnetlink answers: bodies of messages, from behind the netlink header to their limit. */
final class RouteAnswers {

    private static final int LINK_HEADER_BYTES = 16;
    private static final int ADDRESS_HEADER_BYTES = 8;
    private static final int ROUTE_HEADER_BYTES = 12;
    private static final int TABLE_MAIN = 254;

    private RouteAnswers() {}

    static Device device(ByteBuffer body) {
        int at = body.position();
        Map<Integer, byte[]> attributes = NetlinkAttributes.read(body, at + LINK_HEADER_BYTES);
        byte[] info = attributes.get(18);
        String kind = info == null
                ? ""
                : text(NetlinkAttributes.read(NetlinkAttributes.wrap(info), 0).getOrDefault(1, new byte[0]));
        byte[] mac = attributes.getOrDefault(1, new byte[0]);
        return new Device(
                body.getInt(at + 4),
                text(attributes.get(3)),
                kind,
                HexFormat.ofDelimiter(":").formatHex(mac),
                number(attributes.get(4)),
                (body.getInt(at + 8) & 1) != 0,
                number(attributes.get(10)),
                text(attributes.getOrDefault(20, new byte[0])),
                kind.equals("veth") ? number(attributes.get(5)) : 0);
    }

    static Address address(ByteBuffer body) {
        int at = body.position();
        Map<Integer, byte[]> attributes = NetlinkAttributes.read(body, at + ADDRESS_HEADER_BYTES);
        byte[] local = attributes.getOrDefault(2, attributes.get(1));
        return new Address(body.getInt(at + 4), inet(local), body.get(at + 1) & 0xff);
    }

    /** Empty for what is in another table, or leads nowhere. */
    static Optional<Route> route(ByteBuffer body) {
        int at = body.position();
        boolean unicast = body.get(at + 7) == 1;
        if ((body.get(at + 4) & 0xff) != TABLE_MAIN || !unicast) {
            return Optional.empty();
        }
        Map<Integer, byte[]> attributes = NetlinkAttributes.read(body, at + ROUTE_HEADER_BYTES);
        byte[] any = new byte[body.get(at) == 2 ? 4 : 16];
        return Optional.of(new Route(
                inet(attributes.getOrDefault(1, any)),
                body.get(at + 1) & 0xff,
                Optional.ofNullable(attributes.get(5)).map(RouteAnswers::inet),
                number(attributes.get(4))));
    }

    private static int number(byte[] value) {
        return value == null ? 0 : NetlinkAttributes.wrap(value).getInt();
    }

    private static String text(byte[] value) {
        int length = value.length;
        while (length > 0 && value[length - 1] == 0) {
            length--;
        }
        return new String(value, 0, length, StandardCharsets.UTF_8);
    }

    private static InetAddress inet(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
