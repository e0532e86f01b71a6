package io.felucca.images.store;

import io.felucca.FeluccaException;
import io.felucca.images.Images.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

/** An archive on a web server, fetched as dockerd fetches it and with its messages. Closing ends the download. */
final class RemoteArchive implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int REPORT_BYTES = 512 * 1024;
    private static final int ERROR_BYTES = 1024;

    private final String url;
    private final HttpURLConnection connection;
    private final InputStream body;

    private RemoteArchive(String url, HttpURLConnection connection, InputStream body) {
        this.url = url;
        this.connection = connection;
        this.body = body;
    }

    /** Without a scheme it is HTTP. */
    static String absolute(String url) {
        return url.contains("://") ? url : "http://" + url;
    }

    /** @throws FeluccaException INVALID for what is no URL of the web, SYSTEM when the server gives nothing */
    static RemoteArchive open(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new FeluccaException(FeluccaException.Kind.INVALID, "parse \"" + url + "\": " + e.getReason(), e);
        }
        if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
            throw FeluccaException.invalid(
                    "Get \"" + url + "\": unsupported protocol scheme \"" + uri.getScheme() + "\"");
        }
        if (uri.getHost() == null) {
            throw FeluccaException.invalid("Get \"" + url + "\": http: no Host in request URL");
        }
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            int status = connection.getResponseCode();
            if (status >= 400) {
                String said = said(connection);
                connection.disconnect();
                throw FeluccaException.system("failed to GET " + url + " with status " + status + " "
                        + connection.getResponseMessage() + said);
            }
            return new RemoteArchive(url, connection, connection.getInputStream());
        } catch (IOException e) {
            throw FeluccaException.system("Get \"" + url + "\": " + e.getMessage(), e);
        }
    }

    private static String said(HttpURLConnection connection) throws IOException {
        try (InputStream error = connection.getErrorStream()) {
            String text =
                    error == null ? "" : new String(error.readNBytes(ERROR_BYTES), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "" : ": " + text;
        }
    }

    /** What it holds; the progress is told where it comes from, and then how much of it has come. */
    InputStream in(Progress progress) {
        progress.report("", "Downloading from " + url, 0, 0);
        long total = Math.max(0, connection.getContentLengthLong());
        return new FilterInputStream(body) {

            private long current;
            private long told;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = super.read(bytes, offset, length);
                current += Math.max(0, count);
                if (current - told >= REPORT_BYTES || current > told && current == total) {
                    told = current;
                    progress.report("", "Importing", current, total);
                }
                return count;
            }
        };
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
