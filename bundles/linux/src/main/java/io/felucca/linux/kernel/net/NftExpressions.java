package io.felucca.linux.kernel.net;

import io.felucca.linux.net.NftRule;
import io.felucca.linux.net.NftRule.Expression;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes the expressions of a rule (linux/netfilter/nf_tables.h: nft_meta_attributes and its kin). */
final class NftExpressions {

    private static final int LIST_ELEMENT = 1;
    private static final int NAME = 1;
    private static final int DATA = 2;
    private static final int VALUE = 1;
    private static final int VERDICT = 2;

    private static final int META_INPUT_NAME = 6;
    private static final int META_OUTPUT_NAME = 7;
    private static final int META_FAMILY = 15;
    private static final int META_PROTOCOL = 16;
    private static final int NETWORK_HEADER = 1;
    private static final int TRANSPORT_HEADER = 2;
    private static final int CT_STATE = 0;
    private static final int CT_STATUS = 2;
    private static final int FIB_ADDRESS_TYPE = 3;
    private static final int FIB_DESTINATION = 1 << 1;
    private static final int NOT_EQUAL = 1;
    private static final int INVERTED = 1;
    private static final int DESTINATION = 1;
    private static final int IPV4 = 2;
    private static final int IPV6 = 10;
    /** NF_NAT_RANGE_PROTO_SPECIFIED. */
    private static final int PORT_TOLD = 2;

    private final NftMessages to;

    NftExpressions(NftMessages to) {
        this.to = to;
    }

    void write(NftRule rule) {
        rule.expressions().forEach(this::write);
    }

    private void write(Expression expression) {
        if (expression instanceof Expression.Load load) {
            load(load);
        } else if (expression instanceof Expression.LoadFamily load) {
            meta(META_FAMILY, load.register());
        } else if (expression instanceof Expression.LoadState load) {
            named("ct", () -> to.number(2, CT_STATE).number(1, load.register()));
        } else if (expression instanceof Expression.LoadStatus load) {
            named("ct", () -> to.number(2, CT_STATUS).number(1, load.register()));
        } else if (expression instanceof Expression.LoadDestinationType load) {
            named(
                    "fib",
                    () -> to.number(1, load.register())
                            .number(2, FIB_ADDRESS_TYPE)
                            .number(3, FIB_DESTINATION));
        } else if (expression instanceof Expression.Mask mask) {
            named("bitwise", () -> {
                to.number(1, mask.register()).number(2, mask.register()).number(3, 4);
                value(4, nativeInt(mask.bits()));
                value(5, new byte[4]);
            });
        } else if (expression instanceof Expression.Compare compare) {
            named("cmp", () -> {
                to.number(1, compare.register()).number(2, compare.equal() ? 0 : NOT_EQUAL);
                value(3, compare.value());
            });
        } else if (expression instanceof Expression.Lookup lookup) {
            named("lookup", () -> {
                to.text(1, lookup.set().name()).number(2, lookup.register());
                lookup.into().ifPresent(register -> to.number(3, register));
                if (lookup.inverted()) {
                    to.number(5, INVERTED);
                }
            });
        } else {
            writeEnd(expression);
        }
    }

    private void writeEnd(Expression expression) {
        if (expression instanceof Expression.Put put) {
            named("immediate", () -> {
                to.number(1, put.register());
                value(2, put.value());
            });
        } else if (expression instanceof Expression.Verdict verdict) {
            named("immediate", () -> verdict(verdict));
        } else if (expression instanceof Expression.Masquerade) {
            named("masq", () -> {});
        } else if (expression instanceof Expression.Destination destination) {
            named("nat", () -> destination(destination));
        } else if (expression instanceof Expression.Redirect redirect) {
            named("redir", () -> to.number(1, redirect.port()).number(3, PORT_TOLD));
        }
    }

    private void load(Expression.Load load) {
        switch (load.field()) {
            case INPUT_INTERFACE -> meta(META_INPUT_NAME, load.register());
            case OUTPUT_INTERFACE -> meta(META_OUTPUT_NAME, load.register());
            case PROTOCOL -> meta(META_PROTOCOL, load.register());
            case IPV4_SOURCE -> payload(NETWORK_HEADER, 12, load);
            case IPV4_DESTINATION -> payload(NETWORK_HEADER, 16, load);
            case IPV6_SOURCE -> payload(NETWORK_HEADER, 8, load);
            case IPV6_DESTINATION -> payload(NETWORK_HEADER, 24, load);
            case PORT_DESTINATION -> payload(TRANSPORT_HEADER, 2, load);
        }
    }

    private void meta(int key, int register) {
        named("meta", () -> to.number(2, key).number(1, register));
    }

    private void payload(int header, int offset, Expression.Load load) {
        named(
                "payload",
                () -> to.number(1, load.register())
                        .number(2, header)
                        .number(3, offset)
                        .number(4, load.bytes()));
    }

    private void verdict(Expression.Verdict verdict) {
        to.number(1, 0);
        int data = to.nest(2);
        int nest = to.nest(VERDICT);
        to.number(1, verdict.code());
        if (!verdict.chain().isEmpty()) {
            to.text(2, verdict.chain());
        }
        to.endNest(nest).endNest(data);
    }

    private void destination(Expression.Destination destination) {
        to.number(1, DESTINATION).number(2, destination.ipv6() ? IPV6 : IPV4).number(3, destination.address());
        destination.port().ifPresent(register -> to.number(5, register));
        if (destination.told()) {
            to.number(7, PORT_TOLD);
        }
    }

    private void value(int type, byte[] value) {
        int nest = to.nest(type);
        to.attribute(VALUE, value).endNest(nest);
    }

    private void named(String name, Runnable attributes) {
        int element = to.nest(LIST_ELEMENT);
        to.text(NAME, name);
        int data = to.nest(DATA);
        attributes.run();
        to.endNest(data).endNest(element);
    }

    private static byte[] nativeInt(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }
}
