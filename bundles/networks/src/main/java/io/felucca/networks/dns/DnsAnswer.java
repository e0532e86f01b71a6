package io.felucca.networks.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes answers (RFC 1035, 4.1), which repeat the question. */
final class DnsAnswer {

    static final int NO_ERROR = 0;
    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NO_SUCH_NAME = 3;

    /** Of an answer by UDP to a client that named no other limit (RFC 1035, 4.2.1). */
    static final int UDP_BYTES = 512;

    static final int TCP_BYTES = 0xffff;

    private static final int TTL_SECONDS = 600;
    private static final int TRUNCATED = 0x0200;

    private DnsAnswer() {}

    /** An answer without records. */
    static byte[] empty(byte[] query, DnsQuery parsed, int code) {
        return message(query, parsed, code, List.of(), TCP_BYTES);
    }

    /** The answer to what cannot be read: its header alone. */
    static byte[] malformed(byte[] query) {
        byte[] answer = new byte[DnsQuery.HEADER];
        answer[0] = query[0];
        answer[1] = query[1];
        answer[2] = (byte) 0x80;
        answer[3] = FORMAT_ERROR;
        return answer;
    }

    /** @param limitBytes of the transport; an answer that has no room is truncated and says so */
    static byte[] addresses(byte[] query, DnsQuery parsed, List<InetAddress> addresses, int limitBytes) {
        List<byte[]> records = new ArrayList<>();
        for (InetAddress address : addresses) {
            records.add(record(parsed.type(), address.getAddress()));
        }
        return message(query, parsed, NO_ERROR, records, limitBytes);
    }

    static byte[] pointer(byte[] query, DnsQuery parsed, String name) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
            int length = Math.min(63, bytes.length);
            data.write(length);
            data.write(bytes, 0, length);
        }
        data.write(0);
        return message(query, parsed, NO_ERROR, List.of(record(DnsQuery.PTR, data.toByteArray())), UDP_BYTES);
    }

    private static byte[] record(int type, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        u16(out, 0xc000 | DnsQuery.HEADER);
        u16(out, type);
        u16(out, 1);
        u16(out, 0);
        u16(out, TTL_SECONDS);
        u16(out, data.length);
        out.writeBytes(data);
        return out.toByteArray();
    }

    private static byte[] message(byte[] query, DnsQuery parsed, int code, List<byte[]> records, int limitBytes) {
        int room = limitBytes - parsed.questionEnd();
        int count = 0;
        for (byte[] record : records) {
            room -= record.length;
            if (room < 0) {
                break;
            }
            count++;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        u16(out, parsed.id());
        u16(out, 0x8080 | (parsed.recursionDesired() ? 0x0100 : 0) | (count < records.size() ? TRUNCATED : 0) | code);
        u16(out, 1);
        u16(out, count);
        u16(out, 0);
        u16(out, 0);
        out.write(query, DnsQuery.HEADER, parsed.questionEnd() - DnsQuery.HEADER);
        records.subList(0, count).forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static void u16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
