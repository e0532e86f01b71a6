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
import java.security.MessageDigest;
import java.util.HexFormat;

/** A file of ADD that a URL names: mode 0600, the server's time, checked where a checksum is given (S50, S51). */
final class Download {

    private static final int CONNECT_MILLIS = 30_000;
    private static final int READ_MILLIS = 60_000;

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

    /** @param checksum {@code sha256:…}, or empty */
    static void fetch(String url, Path file, String checksum, MessageDigest digest) {
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
                byte[] buffer = new byte[1 << 16];
                int read;
                while ((read = in.read(buffer)) > 0) {
                    digest.update(buffer, 0, read);
                    out.write(buffer, 0, read);
                }
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
        String got = "sha256:" + HexFormat.of().formatHex(digest.digest());
        if (!checksum.isEmpty() && !checksum.equals(got)) {
            throw FeluccaException.invalid("digest mismatch " + got + ": " + checksum);
        }
    }
}
