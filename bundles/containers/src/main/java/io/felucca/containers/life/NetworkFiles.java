package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.HostConfig;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.linux.Directories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Writes a container's hosts, hostname and resolv.conf, as dockerd 20.10 does for the networks none and host. */
final class NetworkFiles {

    private static final String HOSTS = """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            ff00::0\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """;

    private final Directories directories;
    private final Path etc;

    NetworkFiles(Directories directories) {
        this(directories, Path.of("/etc"));
    }

    NetworkFiles(Directories directories, Path etc) {
        this.directories = directories;
        this.etc = etc;
    }

    void write(ContainerRecord record, ContainerFiles files) {
        boolean host = "host".equals(record.network());
        String id = record.id();
        write(files.hostname(id), hostname(record) + "\n", record.idMap());
        write(files.hosts(id), hosts(record.host(), host), record.idMap());
        write(files.resolvConf(id), resolvConf(record.host()), record.idMap());
    }

    private static String hostname(ContainerRecord record) {
        String domain = record.config().domainname();
        return record.config().hostname() + (domain == null || domain.isEmpty() ? "" : "." + domain);
    }

    private String hosts(HostConfig host, boolean hostNetwork) {
        StringBuilder text = new StringBuilder(hostNetwork ? read(etc.resolve("hosts")) : HOSTS);
        for (String extra : host.extraHosts()) {
            int colon = extra.indexOf(':');
            text.append(extra.substring(colon + 1))
                    .append('\t')
                    .append(extra, 0, Math.max(0, colon))
                    .append('\n');
        }
        return text.toString();
    }

    private String resolvConf(HostConfig host) {
        String own = read(etc.resolve("resolv.conf"));
        if (host.dns().isEmpty()
                && host.dnsSearch().isEmpty()
                && host.dnsOptions().isEmpty()) {
            return own;
        }
        List<String> lines = new ArrayList<>();
        List<String> search = host.dnsSearch().isEmpty() ? values(own, "search") : host.dnsSearch();
        if (!search.isEmpty() && !search.equals(List.of("."))) {
            lines.add("search " + String.join(" ", search));
        }
        for (String server : host.dns().isEmpty() ? values(own, "nameserver") : host.dns()) {
            lines.add("nameserver " + server);
        }
        List<String> options = host.dnsOptions().isEmpty() ? values(own, "options") : host.dnsOptions();
        if (!options.isEmpty()) {
            lines.add("options " + String.join(" ", options));
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> values(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key + " ") || line.startsWith(key + "\t"))
                .flatMap(line -> java.util.Arrays.stream(
                        line.substring(key.length()).trim().split("\\s+")))
                .toList();
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw FeluccaException.system("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** In place, since the file may be mounted; readable by everyone in the container. */
    private void write(Path file, String text, IdMap idMap) {
        try {
            boolean isNew = !Files.exists(file);
            Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
            if (isNew) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
                if (!idMap.isNone()) {
                    directories.setOwner(file, (int) idMap.rootUid(), (int) idMap.rootGid());
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
