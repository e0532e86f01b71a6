package io.felucca.registry.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Failures of connections in the words of Go's net and http packages. */
public final class GoErrors {

    private GoErrors() {}

    /** {@code Get "https://host/v2/": dial tcp 127.0.0.1:5000: connect: connection refused} */
    public static String request(String method, URI uri, IOException failure) {
        String verb = method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT);
        return verb + " \"" + uri + "\": " + reason(uri, failure);
    }

    static String reason(URI uri, IOException failure) {
        String host = InsecureHosts.hostOf(uri.getRawAuthority());
        if (failure instanceof UnknownHostException) {
            return "dial tcp: lookup " + host + ": " + lookup(host, String.valueOf(failure.getMessage()));
        }
        if (failure instanceof NoRouteToHostException) {
            return "dial tcp " + address(uri, host) + ": connect: no route to host";
        }
        if (failure instanceof ConnectException) {
            String message = String.valueOf(failure.getMessage());
            return "dial tcp " + address(uri, host) + ": " + refusal(message);
        }
        if (failure instanceof SocketException && "Network is unreachable".equals(failure.getMessage())) {
            return "dial tcp " + address(uri, host) + ": connect: network is unreachable";
        }
        if (failure instanceof SocketTimeoutException) {
            return "net/http: timeout awaiting response headers";
        }
        if (failure instanceof SSLException) {
            String message = String.valueOf(failure.getMessage());
            if (message.contains("PKIX")) {
                return "x509: certificate signed by unknown authority";
            }
            return "tls: " + message;
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /**
     * Why a name was not found. The resolver's own text (gai_strerror(3)) follows the name; it is missing where the JDK
     * remembers an earlier failure. A name that nobody has is told from name servers that do not answer.
     */
    private static String lookup(String host, String message) {
        String reason = message.startsWith(host + ": ") ? message.substring(host.length() + 2) : "";
        boolean nobody = reason.isEmpty()
                || reason.startsWith("Name or service not known")
                || reason.startsWith("No address associated with hostname")
                || reason.startsWith("Name does not resolve");
        return nobody ? "no such host" : reason;
    }

    private static String refusal(String message) {
        if (message.contains("timed out")) {
            return "i/o timeout";
        }
        return message.contains("unreachable") ? "connect: network is unreachable" : "connect: connection refused";
    }

    private static String address(URI uri, String host) {
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
        try {
            String address = InetAddress.getByName(host).getHostAddress();
            return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
        } catch (UnknownHostException e) {
            return host + ":" + port;
        }
    }

    /** As {@code %q} of Go's fmt writes a text. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            int named = "\u0007\b\f\n\r\t\u000b\\\"".indexOf(c);
            if (named >= 0) {
                quoted.append('\\').append("abfnrtv\\\"".charAt(named));
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(String.format("\\x%02x", c));
            } else if (Character.isISOControl(c) || !Character.isDefined(c)) {
                quoted.append(String.format(c > 0xffff ? "\\U%08x" : "\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
