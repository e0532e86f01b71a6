package io.felucca.networks.names;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The host's file of name servers. Where the host's own names nothing but the stub of systemd-resolved, which only the
 * host itself can ask, it is the file in which systemd-resolved keeps the real servers, as with dockerd. Thread-safe.
 */
public final class ResolverFile {

    private static final String STUB = "127.0.0.53";

    private final Path hosts;
    private final Path ofResolved;
    private FileTime readAt;
    private boolean stubOnly;

    public ResolverFile() {
        this(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));
    }

    /** @param ofResolved the file that systemd-resolved writes */
    ResolverFile(Path hosts, Path ofResolved) {
        this.hosts = hosts;
        this.ofResolved = ofResolved;
    }

    public synchronized Path path() {
        try {
            FileTime changed = Files.getLastModifiedTime(hosts);
            if (!changed.equals(readAt)) {
                stubOnly = servers(hosts).equals(List.of(STUB));
                readAt = changed;
            }
        } catch (IOException e) {
            // A host without the file, or one that replaces it now.
            readAt = null;
            stubOnly = false;
        }
        return stubOnly && Files.exists(ofResolved) ? ofResolved : hosts;
    }

    /** The addresses of a file's name servers, as they are written there. */
    static List<String> servers(Path file) throws IOException {
        List<String> servers = new ArrayList<>();
        for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
            String[] words = line.trim().split("\\s+");
            if (words.length > 1 && words[0].equals("nameserver")) {
                servers.add(words[1]);
            }
        }
        return servers;
    }
}
