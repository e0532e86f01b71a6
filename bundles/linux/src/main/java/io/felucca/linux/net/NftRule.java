package io.felucca.linux.net;

import io.felucca.linux.net.NftTable.Family;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A rule, step by step in the order of its matches; the last step says what becomes of a packet that matches. */
public final class NftRule {

    /** What is read of a packet. */
    public enum Field {
        INPUT_INTERFACE(NftType.INTERFACE),
        OUTPUT_INTERFACE(NftType.INTERFACE),
        PROTOCOL(NftType.PROTOCOL),
        IPV4_SOURCE(NftType.IPV4),
        IPV4_DESTINATION(NftType.IPV4),
        IPV6_SOURCE(NftType.IPV6),
        IPV6_DESTINATION(NftType.IPV6),
        PORT_DESTINATION(NftType.PORT);

        private final NftType type;

        Field(NftType type) {
            this.type = type;
        }

        public NftType type() {
            return type;
        }

        boolean isOf(NftType family) {
            return type == family;
        }
    }

    /** One expression of the kernel's machine, which works on registers. */
    public sealed interface Expression {
        record Load(Field field, int bytes, int register) implements Expression {}

        record LoadFamily(int register) implements Expression {}

        /** The state of the packet's connection, as bits. */
        record LoadState(int register) implements Expression {}

        /** What was done with the packet's connection, as bits. */
        record LoadStatus(int register) implements Expression {}

        /** What the destination is to this host: 2 for its own address. */
        record LoadDestinationType(int register) implements Expression {}

        record Mask(int register, int bits) implements Expression {}

        record Compare(int register, boolean equal, byte[] value) implements Expression {}

        /** @param into where a map's value goes */
        record Lookup(NftSet set, int register, Optional<Integer> into, boolean inverted) implements Expression {}

        record Put(int register, byte[] value) implements Expression {}

        /** @param chain empty but for a jump */
        record Verdict(int code, String chain) implements Expression {}

        record Masquerade() implements Expression {}

        /** @param told whether the port is the rule's own, rather than a map's */
        record Destination(boolean ipv6, int address, Optional<Integer> port, boolean told) implements Expression {}

        record Redirect(int port) implements Expression {}
    }

    private static final int DROP = 0;
    private static final int ACCEPT = 1;
    private static final int JUMP = -3;
    private static final int RETURN = -5;
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    /** NFT_REG32_00: beside four registers of four words there is one for each word of them. */
    private static final int FIRST_WORD = 8;

    private static final int STATE_ESTABLISHED = 2;
    private static final int STATE_RELATED = 4;
    private static final int STATUS_DESTINATION_CHANGED = 1 << 5;
    private static final int LOCAL = 2;
    private static final byte PROTOCOL_IPV4 = 2;
    private static final byte PROTOCOL_IPV6 = 10;

    private final Family table;
    private final List<Expression> expressions = new ArrayList<>();
    private boolean familyKnown;

    /** @param table one of IPv4 sees no other packets */
    public NftRule(Family table) {
        this.table = table;
        familyKnown = table == Family.IPV4;
    }

    public List<Expression> expressions() {
        return List.copyOf(expressions);
    }

    /** A packet of a connection that is there, or of one that it brought. */
    public NftRule ofConnection() {
        expressions.add(new Expression.LoadState(FIRST));
        return anyBit(STATE_ESTABLISHED | STATE_RELATED);
    }

    /** A packet of a connection whose destination was changed. */
    public NftRule redirected() {
        expressions.add(new Expression.LoadStatus(FIRST));
        return anyBit(STATUS_DESTINATION_CHANGED);
    }

    private NftRule anyBit(int bits) {
        expressions.add(new Expression.Mask(FIRST, bits));
        expressions.add(new Expression.Compare(FIRST, false, new byte[4]));
        return this;
    }

    /** A packet to an address of this host. */
    public NftRule toThisHost() {
        expressions.add(new Expression.LoadDestinationType(FIRST));
        expressions.add(new Expression.Compare(FIRST, true, nativeInt(LOCAL)));
        return this;
    }

    /** @param value the field's beginning: one byte of an address is its network of 8 bits */
    public NftRule is(Field field, byte... value) {
        know(field);
        expressions.add(new Expression.Load(field, value.length, FIRST));
        expressions.add(new Expression.Compare(FIRST, true, value));
        return this;
    }

    public NftRule in(NftSet set, Field... key) {
        return lookup(set, Optional.empty(), false, key);
    }

    public NftRule notIn(NftSet set, Field... key) {
        return lookup(set, Optional.empty(), true, key);
    }

    /** Ends the rule: the destination is what a map says, an address or an address and a port. */
    public NftRule toMapped(NftSet map, Field... key) {
        lookup(map, Optional.of(FIRST), false, key);
        boolean ipv6 = map.value().get(0) == NftType.IPV6;
        Optional<Integer> port =
                map.value().size() > 1 ? Optional.of(ipv6 ? SECOND : FIRST_WORD + 1) : Optional.empty();
        expressions.add(new Expression.Destination(ipv6, FIRST, port, false));
        return this;
    }

    /** Ends the rule: the destination is this host and the port that a map says. */
    public NftRule toMappedPort(NftSet map, Field... key) {
        lookup(map, Optional.of(FIRST), false, key);
        expressions.add(new Expression.Redirect(FIRST));
        return this;
    }

    /** Ends the rule: that IPv4 address and port are the destination. */
    public NftRule to(InetAddress address, int port) {
        expressions.add(new Expression.Put(FIRST, NftType.IPV4.encode(address)));
        expressions.add(new Expression.Put(SECOND, NftType.PORT.encode(port)));
        expressions.add(new Expression.Destination(false, FIRST, Optional.of(SECOND), true));
        return this;
    }

    public NftRule masquerade() {
        expressions.add(new Expression.Masquerade());
        return this;
    }

    public NftRule accept() {
        return verdict(ACCEPT, "");
    }

    public NftRule drop() {
        return verdict(DROP, "");
    }

    /** Goes back to the chain that jumped here, or lets the packet pass in a base chain. */
    public NftRule goBack() {
        return verdict(RETURN, "");
    }

    public NftRule jump(String chain) {
        return verdict(JUMP, chain);
    }

    /** A packet of that family, which fields and sets of the family tell by themselves. */
    public NftRule ofFamily(boolean ipv6) {
        if (!familyKnown) {
            expressions.add(new Expression.LoadFamily(FIRST));
            expressions.add(new Expression.Compare(FIRST, true, new byte[] {ipv6 ? PROTOCOL_IPV6 : PROTOCOL_IPV4}));
            familyKnown = true;
        }
        return this;
    }

    private NftRule verdict(int code, String chain) {
        expressions.add(new Expression.Verdict(code, chain));
        return this;
    }

    private void know(Field field) {
        if (field.isOf(NftType.IPV4) || field.isOf(NftType.IPV6)) {
            ofFamily(field.isOf(NftType.IPV6));
        }
    }

    private NftRule lookup(NftSet set, Optional<Integer> into, boolean inverted, Field... key) {
        for (Field field : key) {
            know(field);
        }
        int word = 0;
        for (Field field : key) {
            int register = word % 4 == 0 ? FIRST + word / 4 : FIRST_WORD + word;
            expressions.add(new Expression.Load(field, field.type().bytes(), register));
            word += NftSet.wholeWords(field.type()) / 4;
        }
        expressions.add(new Expression.Lookup(set, FIRST, into, inverted));
        return this;
    }

    private static byte[] nativeInt(int value) {
        return java.nio.ByteBuffer.allocate(4)
                .order(java.nio.ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    @Override
    public String toString() {
        return table + " " + expressions;
    }
}
