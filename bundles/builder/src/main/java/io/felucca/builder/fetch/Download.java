package io.felucca.builder.fetch;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.Texts;
import io.felucca.git.GitReference;
import java.io.IOException;
import java.io.OutputStream;
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
public final class Download {

    /** Longer files are refused. */
    public static final long MAX_BYTES = 16L << 30;

    private Download() {}

    public static boolean isUrl(String word) {
        return word.startsWith("http://") || word.startsWith("https://");
    }

    /** The last part of a URL's path. */
    public static String name(String url) {
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
    public static void fetch(
            String url, Path file, String checksum, MessageDigest digest, BooleanSupplier wanted, long maxBytes) {
        if (!checksum.isEmpty() && !checksum.matches("sha256:[0-9a-f]{64}")) {
            throw FeluccaException.invalid("invalid checksum digest format: " + checksum);
        }
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Web.Answer answer;
            try (OutputStream out = Files.newOutputStream(file)) {
                answer = new Web(wanted, maxBytes).get(url, new DigestOutputStream(out, digest));
            }
            Files.setLastModifiedTime(file, FileTime.fromMillis(answer.modifiedMillis()));
        } catch (Web.Refused e) {
            throw new FeluccaException(FeluccaException.Kind.INVALID, "ADD failed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.SYSTEM,
                    "ADD failed: Get " + Texts.quoted(GitReference.withoutCredentials(url)) + ": " + e.getMessage(),
                    e);
        }
        requireChecksum(checksum, digest);
    }

    private static void requireChecksum(String checksum, MessageDigest digest) {
        String got = "sha256:" + HexFormat.of().formatHex(digest.digest());
        if (!checksum.isEmpty() && !checksum.equals(got)) {
            throw FeluccaException.invalid("digest mismatch " + got + ": " + checksum);
        }
    }
}
