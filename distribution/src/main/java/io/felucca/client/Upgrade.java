package io.felucca.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Asks the engine's HTTP server for the command server: from here on the connection carries {@link Frames}. */
final class Upgrade {

    private static final String REQUEST = "POST /felucca/command HTTP/1.1\r\nHost: felucca\r\nConnection: Upgrade\r\n"
            + "Upgrade: felucca-command\r\nContent-Length: 0\r\n\r\n";
    private static final int MAX_ANSWER = 65_536;

    private Upgrade() {}

    /** @throws ClientException with the engine's message when it does not answer 101 */
    static Frames open(ByteChannel channel) throws IOException {
        ByteBuffer request = ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII));
        while (request.hasRemaining()) {
            channel.write(request);
        }
        ByteBuffer answer = ByteBuffer.allocate(MAX_ANSWER);
        int body = -1;
        while (body < 0) {
            if (!answer.hasRemaining() || channel.read(answer) < 0) {
                throw new ClientException(125, "the engine's answer is no HTTP: is something else listening there?");
            }
            body = body(answer);
        }
        String head = new String(answer.array(), 0, body, StandardCharsets.ISO_8859_1);
        if (head.startsWith("HTTP/1.1 101 ")) {
            answer.flip().position(body);
            return new Frames(channel, answer);
        }
        readRest(channel, answer, head, body);
        String text = new String(answer.array(), body, answer.position() - body, StandardCharsets.UTF_8);
        throw new ClientException(125, message(head, text));
    }

    private static int body(ByteBuffer answer) {
        byte[] bytes = answer.array();
        for (int i = 3; i < answer.position(); i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private static void readRest(ByteChannel channel, ByteBuffer answer, String head, int body) throws IOException {
        int length = header(head, "content-length:");
        while (answer.hasRemaining() && (length < 0 || answer.position() < body + length)) {
            if (length < 0
                    && new String(answer.array(), body, answer.position() - body, StandardCharsets.UTF_8).indexOf('}')
                            >= 0) {
                return;
            }
            if (channel.read(answer) < 0) {
                return;
            }
        }
    }

    private static int header(String head, String name) {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("\r\n" + name);
        if (at < 0) {
            return -1;
        }
        int start = at + 2 + name.length();
        return Integer.parseInt(
                lower.substring(start, lower.indexOf("\r\n", start)).trim());
    }

    /** The text of the member "message", or the status line when there is none. */
    private static String message(String head, String body) {
        int key = body.indexOf("\"message\"");
        int at = key < 0 ? -1 : body.indexOf('"', key + "\"message\"".length());
        if (at < 0) {
            return "Error response from the engine: " + head.substring(0, head.indexOf('\r'));
        }
        StringBuilder text = new StringBuilder();
        for (int i = at + 1; i < body.length() && body.charAt(i) != '"'; i++) {
            char c = body.charAt(i);
            if (c == '\\' && i + 1 < body.length()) {
                c = body.charAt(++i);
                if (c == 'u' && i + 4 < body.length()) {
                    c = (char) Integer.parseInt(body, i + 1, i + 5, 16);
                    i += 4;
                } else {
                    c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
                }
            }
            text.append(c);
        }
        return "Error response from the engine: " + text;
    }
}
