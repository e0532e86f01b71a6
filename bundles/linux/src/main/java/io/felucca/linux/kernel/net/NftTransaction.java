package io.felucca.linux.kernel.net;

import io.felucca.linux.net.NftChange;
import io.felucca.linux.net.NftSet;
import io.felucca.linux.net.NftTable;
import io.felucca.linux.net.NftType;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Changes of a table as the messages of one transaction, and which change each message is of. */
final class NftTransaction {

    static final int GET_TABLE = 1;
    static final int GET_ELEMENTS = 13;

    private static final int NEW_TABLE = 0;
    private static final int DELETE_TABLE = 2;
    private static final int NEW_CHAIN = 3;
    private static final int NEW_RULE = 6;
    private static final int DELETE_RULE = 8;
    private static final int NEW_SET = 9;
    private static final int NEW_ELEMENTS = 12;
    private static final int DELETE_ELEMENTS = 14;

    private static final int APPEND = 0x800;
    private static final int SET_INTERVAL = 4;
    private static final int SET_MAP = 8;
    private static final int SET_CONCATENATED = 0x80;
    private static final int INTERVAL_END = 1;
    private static final int TYPE_BITS = 6;
    private static final int LIST_ELEMENT = 1;
    /** What nft(8) keeps with a set, to print it: the order of bytes (type 0, 4 bytes) is the host's (1). */
    private static final byte[] NAMES_IN_HOST_ORDER = ByteBuffer.allocate(6)
            .order(ByteOrder.nativeOrder())
            .put((byte) 0)
            .put((byte) 4)
            .putInt(1)
            .array();

    private static final int POLICY_ACCEPT = 1;
    /** An attribute holds 64 KiB at most. */
    private static final int ELEMENTS_BYTES = 32 * 1024;

    private final NftTable table;
    private final NftMessages to = new NftMessages();
    /** By number of the message; the first begins the transaction. */
    private final List<NftChange> changes = new ArrayList<>();

    private int sets;

    NftTransaction(NftTable table, List<NftChange> all) {
        this.table = table;
        to.batch(NftMessages.BATCH_BEGIN);
        changes.add(null);
        all.forEach(this::write);
        to.acknowledgeLast();
        to.batch(NftMessages.BATCH_END);
    }

    NftMessages messages() {
        return to;
    }

    /** The number of the last message of a change. */
    int last() {
        return changes.size() - 1;
    }

    String describe(int message) {
        if (message <= 0 || message > last()) {
            return table + ": the transaction";
        }
        NftChange change = changes.get(message);
        if (change instanceof NftChange.AddElements add) {
            return table + ": adding " + add.elements().size() + " elements to "
                    + add.set().name();
        } else if (change instanceof NftChange.DeleteElements delete) {
            return table + ": deleting " + delete.elements().size() + " elements of "
                    + delete.set().name();
        }
        return table + ": " + change;
    }

    private NftMessages begin(NftChange change, int type, int flags) {
        changes.add(change);
        return to.begin(type, NetlinkMessages.REQUEST | flags, table.family().number());
    }

    private void write(NftChange change) {
        if (change instanceof NftChange.AddTable) {
            begin(change, NEW_TABLE, NetlinkMessages.CREATE)
                    .text(1, table.name())
                    .number(2, 0)
                    .end();
        } else if (change instanceof NftChange.DeleteTable) {
            begin(change, DELETE_TABLE, 0).text(1, table.name()).end();
        } else if (change instanceof NftChange.AddSet add) {
            set(add);
        } else if (change instanceof NftChange.FlushSet flush) {
            begin(change, DELETE_ELEMENTS, 0)
                    .text(1, table.name())
                    .text(2, flush.set().name())
                    .end();
        } else if (change instanceof NftChange.AddChain add) {
            chain(add);
        } else if (change instanceof NftChange.FlushChain flush) {
            begin(change, DELETE_RULE, 0)
                    .text(1, table.name())
                    .text(2, flush.name())
                    .end();
        } else if (change instanceof NftChange.AddRule add) {
            begin(change, NEW_RULE, NetlinkMessages.CREATE | APPEND)
                    .text(1, table.name())
                    .text(2, add.chain());
            int expressions = to.nest(4);
            new NftExpressions(to).write(add.rule());
            to.endNest(expressions).end();
        } else if (change instanceof NftChange.AddElements add) {
            elements(change, NEW_ELEMENTS, NetlinkMessages.CREATE, add.set(), add.elements());
        } else if (change instanceof NftChange.DeleteElements delete) {
            elements(change, DELETE_ELEMENTS, 0, delete.set(), delete.elements());
        }
    }

    private void chain(NftChange.AddChain add) {
        begin(add, NEW_CHAIN, NetlinkMessages.CREATE).text(1, table.name()).text(3, add.name());
        add.hook().ifPresent(hook -> {
            int nest = to.nest(4);
            to.number(1, hook.point().ordinal()).number(2, hook.priority()).endNest(nest);
            to.number(5, POLICY_ACCEPT).text(7, hook.type());
        });
        to.end();
    }

    private void set(NftChange.AddSet add) {
        NftSet set = add.set();
        boolean ofParts = set.interval() && set.isConcatenated();
        begin(add, NEW_SET, NetlinkMessages.CREATE)
                .text(1, table.name())
                .text(2, set.name())
                .number(
                        3,
                        (set.interval() ? SET_INTERVAL : 0)
                                | (set.isMap() ? SET_MAP : 0)
                                | (ofParts ? SET_CONCATENATED : 0))
                .number(4, type(set.key()))
                .number(5, length(set.key()));
        if (set.isMap()) {
            to.number(6, type(set.value())).number(7, length(set.value()));
        }
        to.number(10, ++sets);
        if (ofParts) {
            int description = to.nest(9);
            int parts = to.nest(2);
            for (NftType type : set.key()) {
                int part = to.nest(LIST_ELEMENT);
                to.number(1, type.bytes()).endNest(part);
            }
            to.endNest(parts).endNest(description);
        }
        if (set.key().equals(List.of(NftType.INTERFACE))) {
            to.attribute(13, NAMES_IN_HOST_ORDER);
        }
        to.end();
    }

    private static int type(List<NftType> parts) {
        int type = 0;
        for (NftType part : parts) {
            type = type << TYPE_BITS | part.number();
        }
        return type;
    }

    private static int length(List<NftType> parts) {
        return parts.size() == 1
                ? parts.get(0).bytes()
                : parts.stream().mapToInt(NftSet::wholeWords).sum();
    }

    private void elements(NftChange change, int type, int flags, NftSet set, List<NftSet.Element> elements) {
        for (int done = 0; done < elements.size(); ) {
            begin(change, type, flags).text(1, table.name()).text(2, set.name());
            int list = to.nest(3);
            for (; done < elements.size() && to.length() < ELEMENTS_BYTES; done++) {
                element(set, elements.get(done), type == NEW_ELEMENTS);
            }
            to.endNest(list).end();
        }
    }

    private void element(NftSet set, NftSet.Element element, boolean isNew) {
        int nest = to.nest(LIST_ELEMENT);
        data(1, element.key());
        boolean range = element.last().length > 0;
        if (range && set.isConcatenated()) {
            data(10, element.last());
        } else if (set.interval() && set.isConcatenated()) {
            data(10, element.key());
        }
        if (isNew && set.isMap()) {
            data(2, element.value());
        }
        to.endNest(nest);
        if (set.interval() && !set.isConcatenated()) {
            end(element);
        }
    }

    /** A range of keys of one part is two elements: its first key, and the first key behind it. */
    private void end(NftSet.Element element) {
        byte[] last = element.last().length > 0 ? element.last() : element.key();
        byte[] behind = new BigInteger(1, last).add(BigInteger.ONE).toByteArray();
        if (behind.length > last.length && behind[behind.length - last.length - 1] != 0) {
            // The range reaches the end of all keys.
            return;
        }
        byte[] key = new byte[last.length];
        int count = Math.min(behind.length, key.length);
        System.arraycopy(behind, behind.length - count, key, key.length - count, count);
        int nest = to.nest(LIST_ELEMENT);
        data(1, key);
        to.number(3, INTERVAL_END).endNest(nest);
    }

    private void data(int type, byte[] value) {
        int nest = to.nest(type);
        to.attribute(1, value).endNest(nest);
    }
}
