package io.felucca.networks.names;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/** The servers that the host itself asks for names, read again when its file has changed. Thread-safe. */
public final class HostResolvers {

    private final List<String> configured;
    private final ResolverFile file;
    private Path readFrom;
    private FileTime readAt;
    private List<String> read = List.of();

    /** @param configured the engine's own choice; empty for the host's */
    public HostResolvers(List<String> configured, ResolverFile file) {
        this.configured = configured;
        this.file = file;
    }

    synchronized List<String> servers() {
        if (!configured.isEmpty()) {
            return configured;
        }
        Path path = file.path();
        try {
            FileTime changed = Files.getLastModifiedTime(path);
            if (!path.equals(readFrom) || !changed.equals(readAt)) {
                read = usable(ResolverFile.servers(path));
                readFrom = path;
                readAt = changed;
            }
        } catch (IOException e) {
            // A host without the file asks nobody.
            readFrom = null;
            read = List.of();
        }
        return read;
    }

    private static List<String> usable(List<String> written) {
        List<String> servers = new ArrayList<>();
        for (String server : written) {
            try {
                Cidr.parseAddress(server);
                servers.add(server);
            } catch (FeluccaException e) {
                // An address with a zone, or no address at all: not one to ask from here.
                continue;
            }
        }
        return List.copyOf(servers);
    }
}
