package io.felucca.builder.run;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.BooleanSupplier;

/** A file of ADD that a URL names: mode 0600, the server's time, checked where a checksum is given. */
final class Download {

    private static final int CONNECT_MILLIS = 30_000;
    private static final int READ_MILLIS = 60_000;
    /** Longer files are refused. */
    static final long MAX_BYTES = 16L << 30;

    private Download() {}

    static boolean isUrl(String word) {
        return word.startsWith("http://") || word.startsWith("https://");
    }

    static boolean isGit(String word) {
        return word.startsWith("git://")
                || word.startsWith("git@")
                || word.startsWith("ssh://")
                || isUrl(word) && word.matches("[^#?]*\\.git(#.*)?");
    }

    /** The last part of a URL's path. */
    static String name(String url) {
        String path = URI.create(url).getPath();
        String name = path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
        if (name.isEmpty() || name.equals("..") || name.equals(".")) {
            throw FeluccaException.invalid("cannot determine filename from url: " + url);
        }
        return name;
    }

    /**
     * Fetches it.
     *
     * @param checksum {@code sha256:…}, or empty
     * @param wanted asked for each piece that arrives: false ends the download
     */
    static void fetch(
            String url, Path file, String checksum, MessageDigest digest, BooleanSupplier wanted, long maxBytes) {
        if (!checksum.isEmpty() && !checksum.matches("sha256:[0-9a-f]{64}")) {
            throw FeluccaException.invalid("invalid checksum digest format: " + checksum);
        }
        HttpURLConnection connection = null;
        try {
            connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            int status = connection.getResponseCode();
            if (status >= 400) {
                throw FeluccaException.invalid("ADD failed: failed to GET " + url + " with status " + status + " "
                        + connection.getResponseMessage() + ": ");
            }
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (InputStream in = connection.getInputStream();
                    OutputStream out = Files.newOutputStream(file)) {
                copy(url, in, new DigestOutputStream(out, digest), wanted, maxBytes);
            }
            Files.setLastModifiedTime(file, FileTime.fromMillis(Math.max(0, connection.getLastModified())));
        } catch (IOException | IllegalArgumentException | ClassCastException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.SYSTEM, "ADD failed: Get " + Texts.quoted(url) + ": " + e.getMessage(), e);
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
        requireChecksum(checksum, digest);
    }

    private static void copy(String url, InputStream in, OutputStream out, BooleanSupplier wanted, long maxBytes)
            throws IOException {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        int read;
        while ((read = in.read(buffer)) > 0) {
            total += read;
            if (total > maxBytes) {
                throw FeluccaException.invalid(
                        "ADD failed: " + url + " is longer than " + maxBytes + " bytes; put the file into the context");
            }
            if (!wanted.getAsBoolean()) {
                throw FeluccaException.unavailable("Build cancelled");
            }
            out.write(buffer, 0, read);
        }
    }

    private static void requireChecksum(String checksum, MessageDigest digest) {
        String got = "sha256:" + HexFormat.of().formatHex(digest.digest());
        if (!checksum.isEmpty() && !checksum.equals(got)) {
            throw FeluccaException.invalid("digest mismatch " + got + ": " + checksum);
        }
    }
}
