package io.felucca.itests.engine;

import java.nio.charset.StandardCharsets;

/**
 * An engine's whole answer to one request, read.
 *
 * @param status the number alone
 * @param body decoded from its transfer encoding
 */
public record Answer(int status, String contentType, String body) {

    private static final String TYPE = "\r\ncontent-type: ";

    /** @param raw as it came, a byte a character */
    public static Answer of(String raw) {
        int end = raw.indexOf("\r\n\r\n");
        if (end < 0 || !raw.startsWith("HTTP/1.1 ")) {
            throw new AssertionError("no answer of HTTP: " + raw);
        }
        String head = raw.substring(0, end + 2);
        String rest = raw.substring(end + 4);
        String lower = head.toLowerCase(java.util.Locale.ROOT);
        int type = lower.indexOf(TYPE);
        String contentType =
                type < 0 ? "" : head.substring(type + TYPE.length(), head.indexOf("\r\n", type + TYPE.length()));
        String body = lower.contains("\r\ntransfer-encoding: chunked\r\n") ? joined(rest) : rest;
        return new Answer(
                Integer.parseInt(head.substring(9, 12)),
                contentType,
                new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    private static String joined(String chunks) {
        StringBuilder body = new StringBuilder();
        int at = 0;
        while (at < chunks.length()) {
            int line = chunks.indexOf("\r\n", at);
            int size = Integer.parseInt(chunks.substring(at, line), 16);
            if (size == 0) {
                break;
            }
            body.append(chunks, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
        return body.toString();
    }
}
