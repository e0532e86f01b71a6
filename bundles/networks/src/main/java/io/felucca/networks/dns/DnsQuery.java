package io.felucca.networks.dns;

import java.util.Optional;

/**
 * A query of one question (RFC 1035, 4.1). Whatever bytes come, reading them ends and throws nothing.
 *
 * @param name in lower case, without the last dot; empty for the root
 * @param type {@link #A} or any other
 * @param questionEnd index of the first byte after the question
 */
record DnsQuery(int id, boolean recursionDesired, String name, int type, int questionEnd) {

    static final int A = 1;
    static final int PTR = 12;
    static final int AAAA = 28;
    static final int HEADER = 12;

    private static final int INTERNET = 1;
    private static final int LABEL_MAX = 63;
    private static final int NAME_MAX = 255;

    /** Empty for a message that is no query of the internet class with exactly one question. */
    static Optional<DnsQuery> parse(byte[] message) {
        if (message.length < HEADER + 5) {
            return Optional.empty();
        }
        int flags = u16(message, 2);
        boolean response = (flags & 0x8000) != 0;
        int opcode = flags >> 11 & 0xf;
        if (response || opcode != 0 || u16(message, 4) != 1) {
            return Optional.empty();
        }
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        while (at < message.length) {
            int label = message[at++] & 0xff;
            if (label == 0) {
                return question(message, at, name.toString(), flags);
            }
            // Compression has no place in the first name of a message.
            if (label > LABEL_MAX || at + label > message.length || at + label - HEADER > NAME_MAX) {
                return Optional.empty();
            }
            if (name.length() > 0) {
                name.append('.');
            }
            for (int end = at + label; at < end; at++) {
                char c = (char) (message[at] & 0xff);
                // A dot inside of a label is no separator: such a name is nobody's here.
                name.append(c == '.' ? '\uffff' : c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
            }
        }
        return Optional.empty();
    }

    private static Optional<DnsQuery> question(byte[] message, int at, String name, int flags) {
        if (at + 4 > message.length || u16(message, at + 2) != INTERNET) {
            return Optional.empty();
        }
        return Optional.of(new DnsQuery(u16(message, 0), (flags & 0x0100) != 0, name, u16(message, at), at + 4));
    }

    static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
