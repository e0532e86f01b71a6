package io.felucca.containers.network;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.HostConfig;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.linux.files.Directories;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.LinkDriver.HostsEntry;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.Sandboxes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a container's hosts, hostname and resolv.conf, as dockerd 20.10 does. */
public final class NetworkFiles {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkFiles.class);

    private static final String HOSTS = """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            ff00::0\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """;

    private static final int FILE_BYTES_MAX = 8 << 20;

    /** Where containers ask when the host's servers are on its loopback, which is not theirs: dockerd's choice. */
    private static final List<String> PUBLIC_SERVERS = List.of("8.8.8.8", "8.8.4.4");

    private final Directories directories;
    private final ContainerFiles files;
    private final Sandboxes sandboxes;
    private final Path etc;

    public NetworkFiles(ContainerFiles files, Sandboxes sandboxes, Directories directories) {
        this(directories, files, sandboxes, Path.of("/etc"));
    }

    NetworkFiles(Directories directories, ContainerFiles files, Sandboxes sandboxes, Path etc) {
        this.directories = directories;
        this.files = files;
        this.sandboxes = sandboxes;
        this.etc = etc;
    }

    /** All three, for a container that starts; one that shares another's network has the other's. */
    public void write(ContainerRecord record, Sandbox sandbox, List<HostsEntry> linked) {
        if (record.networkOf().isPresent()) {
            return;
        }
        String id = record.id();
        write(files.hostname(id), hostname(record) + "\n", record.idMap());
        write(files.hosts(id), hosts(record, sandbox, linked), record.idMap());
        write(files.resolvConf(id), resolvConf(record, sandbox), record.idMap());
    }

    /** While it runs; what somebody wrote into its hosts stays. */
    void change(ContainerRecord record, Sandbox before, Sandbox after) {
        List<String> old = own(record, before);
        List<String> now = own(record, after);
        edit(record, line -> old.contains(line) && !now.contains(line), now);
        if (sandboxes.hasNames(before) != sandboxes.hasNames(after)) {
            write(files.resolvConf(record.id()), resolvConf(record, after), record.idMap());
        }
    }

    /** A link brings other names or another address than before, or nothing any more. */
    void relink(ContainerRecord record, List<HostsEntry> before, List<HostsEntry> after) {
        Set<String> old = before.stream().map(NetworkFiles::line).collect(Collectors.toSet());
        edit(record, old::contains, after.stream().map(NetworkFiles::line).toList());
    }

    private void edit(ContainerRecord record, java.util.function.Predicate<String> goes, List<String> added) {
        Path file = files.hosts(record.id());
        Optional<String> before = readBounded(file);
        if (before.isEmpty()) {
            // The container's own doing, which must not hinder what changes a network or starts another container.
            LOG.warn("{} is left as it is: it is larger than {} MiB", file, FILE_BYTES_MAX >> 20);
            return;
        }
        Set<String> missing = new LinkedHashSet<>(added);
        StringBuilder text = new StringBuilder();
        before.get().lines().filter(line -> !goes.test(line)).forEach(line -> {
            missing.remove(line);
            text.append(line).append('\n');
        });
        missing.forEach(line -> text.append(line).append('\n'));
        write(file, text.toString(), record.idMap());
    }

    private static String hostname(ContainerRecord record) {
        String domain = record.config().domainname();
        return record.config().hostname() + (domain == null || domain.isEmpty() ? "" : "." + domain);
    }

    private String hosts(ContainerRecord record, Sandbox sandbox, List<HostsEntry> linked) {
        boolean hostNetwork = "host".equals(record.network());
        StringBuilder text = new StringBuilder(hostNetwork ? read(etc.resolve("hosts")) : HOSTS);
        for (String extra : record.host().extraHosts()) {
            int colon = extra.indexOf(':');
            String address = extra.substring(colon + 1);
            text.append(address.equals("host-gateway") ? Cidr.text(sandboxes.hostGateway()) : address)
                    .append('\t')
                    .append(extra, 0, Math.max(0, colon))
                    .append('\n');
        }
        linked.forEach(entry -> text.append(line(entry)).append('\n'));
        own(record, sandbox).forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static String line(HostsEntry entry) {
        return Cidr.text(entry.address()) + "\t" + String.join(" ", entry.names());
    }

    /** A line for each address that it has. */
    private static List<String> own(ContainerRecord record, Sandbox sandbox) {
        String domain = record.config().domainname();
        String name = record.config().hostname();
        String names = domain == null || domain.isEmpty() ? name : name + "." + domain + " " + name;
        List<String> lines = new ArrayList<>();
        for (Endpoint endpoint : sandbox.endpoints()) {
            for (String address : List.of(endpoint.ipv4Address(), endpoint.ipv6Address())) {
                if (!address.isEmpty()) {
                    lines.add(address + "\t" + names);
                }
            }
        }
        return lines;
    }

    private String resolvConf(ContainerRecord record, Sandbox sandbox) {
        HostConfig host = record.host();
        Sandboxes.Dns engine = sandboxes.dns();
        List<String> servers = host.dns().isEmpty() ? engine.servers() : host.dns();
        List<String> search = host.dnsSearch().isEmpty() ? engine.search() : host.dnsSearch();
        List<String> options = host.dnsOptions().isEmpty() ? engine.options() : host.dnsOptions();
        String own = read("host".equals(record.network()) ? etc.resolve("resolv.conf") : sandboxes.resolverFile());
        boolean names = sandboxes.hasNames(sandbox);
        boolean reachesLoopback = sandbox.outer().isEmpty();
        if (!names && servers.isEmpty() && search.isEmpty() && options.isEmpty()) {
            if (reachesLoopback || values(own, "nameserver").stream().noneMatch(NetworkFiles::isLoopback)) {
                return own;
            }
        }
        List<String> lines = new ArrayList<>();
        List<String> domains = search.isEmpty() ? values(own, "search") : search;
        if (!domains.isEmpty() && !domains.equals(List.of("."))) {
            lines.add("search " + String.join(" ", domains));
        }
        List<String> shown = names
                ? List.of(Sandboxes.NAME_SERVER)
                : servers.isEmpty() ? reachable(values(own, "nameserver"), reachesLoopback) : servers;
        shown.forEach(server -> lines.add("nameserver " + server));
        List<String> settings = new ArrayList<>(options.isEmpty() ? values(own, "options") : options);
        if (names && settings.stream().noneMatch(option -> option.startsWith("ndots:"))) {
            settings.add("ndots:0");
        }
        if (!settings.isEmpty()) {
            lines.add("options " + String.join(" ", settings));
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> reachable(List<String> servers, boolean reachesLoopback) {
        if (reachesLoopback) {
            return servers;
        }
        List<String> outside =
                servers.stream().filter(server -> !isLoopback(server)).toList();
        return outside.isEmpty() ? PUBLIC_SERVERS : outside;
    }

    private static boolean isLoopback(String server) {
        return server.startsWith("127.") || server.equals("::1");
    }

    private static List<String> values(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key + " ") || line.startsWith(key + "\t"))
                .flatMap(line -> java.util.Arrays.stream(
                        line.substring(key.length()).trim().split("\\s+")))
                .toList();
    }

    private static String read(Path file) {
        return readBounded(file)
                .orElseThrow(() -> FeluccaException.invalid(
                        "cannot read " + file + ": it is larger than " + (FILE_BYTES_MAX >> 20) + " MiB"));
    }

    /** Empty for a file that is too large. */
    private static Optional<String> readBounded(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            return bytes.length > FILE_BYTES_MAX
                    ? Optional.empty()
                    : Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.of("");
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
