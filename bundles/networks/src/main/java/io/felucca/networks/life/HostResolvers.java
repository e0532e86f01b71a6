package io.felucca.networks.life;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/** Whom the host itself asks for names, read again when its resolv.conf has changed. Thread-safe. */
final class HostResolvers {

    private final List<String> configured;
    private final Path file;
    private FileTime readAt;
    private List<String> read = List.of();

    /** @param configured the engine's own choice; empty for the host's */
    HostResolvers(List<String> configured, Path file) {
        this.configured = configured;
        this.file = file;
    }

    synchronized List<String> servers() {
        if (!configured.isEmpty()) {
            return configured;
        }
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (!changed.equals(readAt)) {
                read = parse(Files.readString(file, StandardCharsets.ISO_8859_1));
                readAt = changed;
            }
        } catch (IOException e) {
            // A host without resolv.conf asks nobody.
            read = List.of();
        }
        return read;
    }

    private static List<String> parse(String text) {
        List<String> servers = new ArrayList<>();
        for (String line : text.split("\n")) {
            String[] words = line.trim().split("\\s+");
            if (words.length > 1 && words[0].equals("nameserver")) {
                try {
                    Cidr.parseAddress(words[1]);
                    servers.add(words[1]);
                } catch (FeluccaException e) {
                    // An address with a zone, or no address at all: not one to ask from here.
                    continue;
                }
            }
        }
        return List.copyOf(servers);
    }
}
