package io.felucca.linux.kernel.net;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.net.NftChange;
import io.felucca.linux.net.NftSet;
import io.felucca.linux.net.NftTable;
import io.felucca.linux.net.NftTable.Family;
import io.felucca.linux.net.Nftables;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** nf_tables by nfnetlink (linux/netfilter/nf_tables.h), without a library. */
@Component
public final class KernelNftables implements Nftables {

    /** Of a table in messages of tables, and of the table in messages of elements. */
    private static final int NAME = 1;

    private static final int ELEMENTS = 3;
    /** struct nfgenmsg. */
    private static final int FAMILY_BYTES = 4;

    private static final int GROUP_NFTABLES = 1 << 7 - 1;
    /** NFNL_SUBSYS_NFTABLES and NFT_MSG_DELTABLE, NEWCHAIN, DELCHAIN (linux/netfilter/nf_tables.h). */
    private static final int TABLE_REMOVED = 10 << 8 | 2;

    private static final int CHAIN_MADE = 10 << 8 | 3;
    private static final int CHAIN_REMOVED = 10 << 8 | 5;
    /** The low bytes of NFT_MSG_NEWSETELEM and DELSETELEM. */
    private static final int ELEMENT_MADE = 12;

    private static final int ELEMENT_REMOVED = 14;
    /**
     * Where a netlink message has the low byte of its type, and one of elements the name of their table: behind the headers
     * of netlink, nfnetlink and the attribute.
     */
    private static final int TYPE_AT = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 4 : 5;

    private static final int TABLE_AT = 16 + 4 + 4;
    /**
     * Without elements of engines' tables: what begins with one is all of one transaction, and of thousands, as ports
     * are, the socket would lose some, which looks like a reload.
     */
    private static final SocketFilter NO_ELEMENTS_OF_ENGINES = new SocketFilter(9)
            .loadByte(TYPE_AT)
            .compare(ELEMENT_MADE, 1, 0)
            .compare(ELEMENT_REMOVED, 0, 5)
            .loadWord(TABLE_AT)
            .compare(word(TABLE_PREFIX, 0), 0, 3)
            .loadWord(TABLE_AT + 4)
            .compare(word(TABLE_PREFIX, 4), 0, 1)
            .drop()
            .accept();

    private final KeptSocket<NetfilterSocket> ofProcess =
            new KeptSocket<>(() -> new NetfilterSocket(NetfilterSocket.open()));

    @Override
    public String problem() {
        try {
            tables();
            return "";
        } catch (FeluccaException e) {
            return "the kernel has no nftables, or refuses it to this process: " + e.getMessage();
        }
    }

    @Override
    public void apply(NftTable table, List<NftChange> changes) {
        if (!changes.isEmpty()) {
            NftTransaction transaction = new NftTransaction(table, changes);
            ofProcess.call(socket -> {
                socket.apply(transaction);
                return null;
            });
        }
    }

    @Override
    public void apply(Path namespace, NftTable table, List<NftChange> changes) {
        NetfilterSocket socket = new NetfilterSocket(KernelNamespaces.callIn(namespace, NetfilterSocket::open));
        try {
            socket.apply(new NftTransaction(table, changes));
        } finally {
            // Not on the way of a start: closing may wait.
            CompletableFuture.runAsync(socket::close);
        }
    }

    /** The descriptor of the socket that is kept. */
    OptionalInt socket() {
        return ofProcess.number();
    }

    @Deactivate
    void close() {
        ofProcess.close();
    }

    @Override
    public List<NftTable> tables() {
        List<NftTable> tables = new ArrayList<>();
        for (Family family : Family.values()) {
            NftMessages question = new NftMessages()
                    .begin(NftTransaction.GET_TABLE, NetlinkMessages.REQUEST | NetlinkMessages.DUMP, family.number())
                    .end();
            int errno = ofProcess.call(socket ->
                    socket.ask(question, body -> tables.add(new NftTable(family, text(attribute(body, NAME))))));
            if (errno != 0) {
                throw Errno.failed("nftables,", "the list of tables", errno);
            }
        }
        return tables;
    }

    @Override
    public boolean isEmpty(NftTable table, NftSet set) {
        NftMessages question = new NftMessages()
                .begin(
                        NftTransaction.GET_ELEMENTS,
                        NetlinkMessages.REQUEST | NetlinkMessages.DUMP,
                        table.family().number())
                .text(NAME, table.name())
                .text(NAME + 1, set.name())
                .end();
        boolean[] found = new boolean[1];
        int errno = ofProcess.call(socket ->
                socket.ask(question, body -> found[0] |= attribute(body, ELEMENTS).length > 0));
        if (errno != 0) {
            throw Errno.failed("nftables,", table + ": the elements of " + set.name(), errno);
        }
        return !found[0];
    }

    /** Empty where there is none. */
    private static byte[] attribute(ByteBuffer body, int type) {
        return NetlinkAttributes.read(body, body.position() + FAMILY_BYTES).getOrDefault(type, new byte[0]);
    }

    private static String text(byte[] ended) {
        return new String(ended, 0, Math.max(0, ended.length - 1), StandardCharsets.UTF_8);
    }

    @Override
    public Fd watch() {
        return NetlinkSocket.listen(NetlinkSocket.NETFILTER, GROUP_NFTABLES, NO_ELEMENTS_OF_ENGINES);
    }

    private static int word(String text, int at) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).getInt(at);
    }

    @Override
    public boolean reloaded(Fd watch) {
        ByteBuffer received = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.nativeOrder());
        boolean reloaded = false;
        try {
            while (watch.read(received.clear()) >= 0) {
                received.flip();
                for (int at = 0; at + NetlinkMessages.HEADER_BYTES <= received.limit(); ) {
                    int length = Math.max(NetlinkMessages.HEADER_BYTES, received.getInt(at));
                    reloaded |= isReload(received, at, length);
                    at += length + 3 & ~3;
                }
            }
            return reloaded;
        } catch (FeluccaException overrun) {
            // ENOBUFS: more happened than the socket could hold.
            return true;
        }
    }

    private static boolean isReload(ByteBuffer received, int at, int length) {
        return switch (received.getShort(at + 4)) {
            case TABLE_REMOVED -> true;
            case CHAIN_MADE, CHAIN_REMOVED -> {
                byte[] message = new byte[length];
                received.get(at, message);
                yield !new String(message, StandardCharsets.ISO_8859_1).contains(TABLE_PREFIX);
            }
            default -> false;
        };
    }
}
