package io.felucca.networks.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.network.spi.Cidr;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NameServerTest {

    private static final int WAIT_MILLIS = 10_000;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Book book = new Book();
    private final NameServer server = new NameServer(book);
    private InetSocketAddress udp;
    private InetSocketAddress tcp;

    private static final class Book implements NameBook {
        private volatile List<InetSocketAddress> servers = List.of();
        private volatile List<InetSocketAddress> ofOthers = List.of();

        @Override
        public Optional<List<InetAddress>> addresses(String containerId, String name) {
            return switch (name) {
                case "web" -> Optional.of(List.of(Cidr.parseAddress("10.0.0.2"), Cidr.parseAddress("fd00::2")));
                case "many" -> Optional.of(Collections.nCopies(200, Cidr.parseAddress("10.0.0.2")));
                default -> Optional.empty();
            };
        }

        @Override
        public Optional<String> name(String containerId, InetAddress address) {
            return Optional.of(address)
                    .filter(Cidr.parseAddress("10.0.0.2")::equals)
                    .map(known -> "web.net");
        }

        @Override
        public List<InetSocketAddress> servers(String containerId) {
            return containerId.equals("c") ? servers : ofOthers;
        }
    }

    @BeforeEach
    void open() throws IOException {
        DatagramChannel datagrams = DatagramChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
        ServerSocketChannel streams = ServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
        udp = (InetSocketAddress) datagrams.getLocalAddress();
        tcp = (InetSocketAddress) streams.getLocalAddress();
        server.open("c", datagrams, streams);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static byte[] query(String name, int type) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.writeBytes(new byte[] {0, 0, (byte) type, 0, 1});
        return out.toByteArray();
    }

    private byte[] ask(byte[] query) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(WAIT_MILLIS);
            socket.send(new DatagramPacket(query, query.length, udp));
            DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
            socket.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    private byte[] askByTcp(byte[] query) throws IOException {
        try (Socket socket = new Socket(tcp.getAddress(), tcp.getPort())) {
            socket.setSoTimeout(WAIT_MILLIS);
            socket.getOutputStream().write(new byte[] {(byte) (query.length >> 8), (byte) query.length});
            socket.getOutputStream().write(query);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return in.readNBytes(in.readUnsignedShort());
        }
    }

    private static int code(byte[] answer) {
        return answer[3] & 0xf;
    }

    private static int count(byte[] answer) {
        return DnsQuery.u16(answer, 6);
    }

    @Test
    void aNameHasItsAddressOfTheFamilyThatIsAskedFor() throws IOException {
        byte[] a = ask(query("WEB", DnsQuery.A));
        byte[] aaaa = ask(query("web", DnsQuery.AAAA));

        assertThat(count(a)).isEqualTo(1);
        assertThat(Arrays.copyOfRange(a, a.length - 4, a.length)).containsExactly(10, 0, 0, 2);
        assertThat(count(aaaa)).isEqualTo(1);
        assertThat(Arrays.copyOfRange(aaaa, aaaa.length - 16, aaaa.length))
                .isEqualTo(Cidr.parseAddress("fd00::2").getAddress());
        assertThat(new String(ask(query("2.0.0.10.in-addr.arpa", DnsQuery.PTR)), StandardCharsets.ISO_8859_1))
                .contains("\3web\3net");
    }

    @Test
    void anUnknownSingleNameIsNoNameAndAnyOtherIsNobodysToAnswer() throws IOException {
        assertThat(code(ask(query("nosuch", DnsQuery.A)))).isEqualTo(DnsAnswer.NO_SUCH_NAME);
        assertThat(code(ask(query("nosuch.example", DnsQuery.A)))).isEqualTo(DnsAnswer.SERVER_FAILURE);
    }

    @Test
    void whatHasNoRoomInADatagramIsTruncatedAndWholeByTcp() throws IOException {
        byte[] cut = ask(query("many", DnsQuery.A));

        assertThat(cut.length).isLessThanOrEqualTo(DnsAnswer.UDP_BYTES);
        assertThat(cut[2] & 2).isEqualTo(2);
        assertThat(count(askByTcp(query("many", DnsQuery.A)))).isEqualTo(200);
    }

    @Test
    void whatIsUnknownIsAskedOfTheNextServerWhenTheFirstIsNotThere() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, LOOPBACK);
                DatagramSocket upstream = new DatagramSocket(0, LOOPBACK)) {
            InetSocketAddress closed = new InetSocketAddress(LOOPBACK, silent.getLocalPort());
            silent.close();
            book.servers = List.of(closed, new InetSocketAddress(LOOPBACK, upstream.getLocalPort()));
            Thread answering = new Thread(() -> {
                try {
                    DatagramPacket asked = new DatagramPacket(new byte[512], 512);
                    upstream.receive(asked);
                    byte[] answer = Arrays.copyOf(asked.getData(), asked.getLength());
                    byte[] forged = answer.clone();
                    forged[0] ^= 1;
                    forged[2] |= (byte) 0x80;
                    upstream.send(new DatagramPacket(forged, forged.length, asked.getSocketAddress()));
                    answer[2] |= (byte) 0x80;
                    answer[3] = 5;
                    upstream.send(new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            answering.start();

            byte[] answer = ask(query("outside.example", DnsQuery.A));

            assertThat(code(answer)).isEqualTo(5);
            assertThat(DnsQuery.u16(answer, 0)).isEqualTo(0x1234);
            answering.join();
        }
    }

    @Test
    @DisplayName("issue 11: a server of a family that this host has not is passed over, and the service goes on")
    void aServerThatCannotBeAskedIsPassedOver() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, LOOPBACK);
                DatagramSocket upstream = new DatagramSocket(0, LOOPBACK)) {
            // Without an address a channel throws what it throws for IPv6 on a host that has none: no IOException.
            InetSocketAddress unusable = InetSocketAddress.createUnresolved("nowhere.invalid", 53);
            book.servers = List.of(
                    new InetSocketAddress(LOOPBACK, silent.getLocalPort()),
                    unusable,
                    new InetSocketAddress(LOOPBACK, upstream.getLocalPort()));
            answerOnce(upstream);

            // The first is silent, so that the second is asked at a tick.
            assertThat(code(ask(query("outside.example", DnsQuery.A)))).isEqualTo(5);
            book.servers = List.of(unusable);
            assertThat(code(ask(query("outside.example", DnsQuery.A)))).isEqualTo(DnsAnswer.SERVER_FAILURE);
            assertThat(count(ask(query("web", DnsQuery.A)))).isEqualTo(1);
        }
    }

    private static void answerOnce(DatagramSocket upstream) {
        new Thread(() -> {
                    try {
                        DatagramPacket asked = new DatagramPacket(new byte[512], 512);
                        upstream.receive(asked);
                        byte[] answer = Arrays.copyOf(asked.getData(), asked.getLength());
                        answer[2] |= (byte) 0x80;
                        answer[3] = 5;
                        upstream.send(new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .start();
    }

    @Test
    @DisplayName("issue 11: a container that asks for what nobody answers takes no place from the others")
    void oneContainersQueriesLeaveRoomForOthers() throws Exception {
        List<DatagramChannel> services = new ArrayList<>();
        try (DatagramSocket silent = new DatagramSocket(0, LOOPBACK);
                DatagramSocket upstream = new DatagramSocket(0, LOOPBACK);
                DatagramSocket flood = new DatagramSocket()) {
            flood.setSoTimeout(WAIT_MILLIS);
            book.ofOthers = List.of(new InetSocketAddress(LOOPBACK, silent.getLocalPort()));
            byte[] question = query("outside.example", DnsQuery.A);
            for (int container = 0; container < 6; container++) {
                DatagramChannel datagrams = DatagramChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
                services.add(datagrams);
                server.open(
                        "flood" + container,
                        datagrams,
                        ServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, 0)));
            }
            // 100 of each of six, which is more than 512 in all; what is more than either is answered at once.
            for (DatagramChannel service : services) {
                for (int i = 0; i < 101; i++) {
                    flood.send(new DatagramPacket(question, question.length, service.getLocalAddress()));
                }
                DatagramPacket answer = new DatagramPacket(new byte[512], 512);
                flood.receive(answer);
                assertThat(code(answer.getData())).isEqualTo(DnsAnswer.SERVER_FAILURE);
            }
            book.servers = List.of(new InetSocketAddress(LOOPBACK, upstream.getLocalPort()));
            answerOnce(upstream);

            assertThat(code(ask(query("outside.example", DnsQuery.A)))).isEqualTo(5);
        }
    }

    @Test
    void aQueryByTcpIsAskedByTcp() throws Exception {
        try (ServerSocket upstream = new ServerSocket(0, 5, LOOPBACK)) {
            book.servers = List.of(new InetSocketAddress(LOOPBACK, upstream.getLocalPort()));
            Thread answering = new Thread(() -> {
                try (Socket socket = upstream.accept()) {
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    byte[] message = in.readNBytes(in.readUnsignedShort());
                    message[2] |= (byte) 0x80;
                    message[3] = 3;
                    socket.getOutputStream().write(new byte[] {0, (byte) message.length});
                    socket.getOutputStream().write(message);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            answering.start();

            assertThat(code(askByTcp(query("outside.example", DnsQuery.A)))).isEqualTo(3);
            answering.join();
        }
    }

    @Test
    void T12_hostileMessagesEndNothing() throws IOException {
        Random random = new Random(7);
        byte[] good = query("web", DnsQuery.A);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < 5_000; i++) {
                byte[] bytes;
                if (i % 2 == 0) {
                    bytes = new byte[random.nextInt(600)];
                    random.nextBytes(bytes);
                } else {
                    bytes = good.clone();
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                    bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
                }
                DnsQuery.parse(bytes);
                socket.send(new DatagramPacket(bytes, bytes.length, udp));
            }
        }
        for (int i = 0; i < 100; i++) {
            try (Socket socket = new Socket(tcp.getAddress(), tcp.getPort())) {
                byte[] bytes = new byte[random.nextInt(100)];
                random.nextBytes(bytes);
                socket.getOutputStream().write(bytes);
            }
        }

        assertThat(count(askByTcp(good))).isEqualTo(1);
        assertThat(count(ask(good))).isEqualTo(1);
    }
}
