package io.felucca.shell.container.options;

import io.felucca.networks.EndpointSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** Networks, links and published ports as {@code run} and {@code create} take them. */
final class NetworkOptions {

    private static final Set<String> NOT_USERS = Set.of("default", "bridge", "host", "none");

    @Option(
            names = {"--network", "--net"},
            paramLabel = "network",
            description = "Connect a container to a network")
    List<String> networks = new ArrayList<>();

    @Option(names = "--ip", description = "IPv4 address (e.g., 172.30.100.104)")
    String ip = "";

    @Option(names = "--ip6", description = "IPv6 address (e.g., 2001:db8::33)")
    String ip6 = "";

    @Option(names = "--link", description = "Add link to another container")
    List<String> links = new ArrayList<>();

    @Option(names = "--mac-address", description = "Container MAC address (e.g., 92:d0:c6:0a:29:33)")
    String macAddress = "";

    @Option(
            names = {"--network-alias", "--net-alias"},
            description = "Add network-scoped alias for the container")
    List<String> aliases = new ArrayList<>();

    @Option(
            names = {"-p", "--publish"},
            description = "Publish a container's port(s) to the host")
    List<String> publish = new ArrayList<>();

    @Option(
            names = {"-P", "--publish-all"},
            arity = "1",
            description = "Publish all exposed ports to random ports")
    boolean publishAll;

    /** The network mode: the first network. */
    String mode() {
        return networks.isEmpty() ? "default" : attachment(networks.get(0)).name;
    }

    /** Links of the network bridge; in users' networks they belong to the endpoint. */
    List<String> plainLinks() {
        return isUsers(mode()) ? List.of() : links;
    }

    Map<String, EndpointSpec> endpoints() {
        if (!macAddress.isEmpty() && !macAddress.matches("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}")) {
            throw SpecWords.wrong(macAddress + " is not a valid mac address");
        }
        if (!aliases.isEmpty() && !isUsers(mode())) {
            throw SpecWords.wrong("network-scoped aliases are only supported for user-defined networks");
        }
        Map<String, EndpointSpec> endpoints = new LinkedHashMap<>();
        for (String word : networks.isEmpty() ? List.of("default") : networks) {
            Attachment attachment = attachment(word);
            boolean first = endpoints.isEmpty();
            EndpointSpec spec = new EndpointSpec(
                    one("ip", attachment.ip, first ? ip : ""),
                    one("ip6", attachment.ip6, first ? ip6 : ""),
                    first && isUsers(attachment.name) ? links : List.of(),
                    many(attachment.aliases, first ? aliases : List.of()),
                    one("mac-address", attachment.mac, first ? macAddress : ""),
                    attachment.driverOpts);
            if (endpoints.putIfAbsent(attachment.name, spec) != null) {
                throw SpecWords.wrong("network \"" + attachment.name + "\" is specified multiple times");
            }
        }
        if (endpoints.size() == 1) {
            endpoints.values().removeIf(EndpointSpec.NONE::equals);
        }
        return endpoints;
    }

    private static boolean isUsers(String name) {
        return !NOT_USERS.contains(name) && !name.startsWith("container:");
    }

    private static String one(String what, String ofNetwork, String general) {
        if (!ofNetwork.isEmpty() && !general.isEmpty()) {
            throw SpecWords.wrong("conflicting options: cannot specify both --" + what + " and per-network " + what);
        }
        return ofNetwork.isEmpty() ? general : ofNetwork;
    }

    private static List<String> many(List<String> ofNetwork, List<String> general) {
        if (!ofNetwork.isEmpty() && !general.isEmpty()) {
            throw SpecWords.wrong("conflicting options: cannot specify both --network-alias and per-network alias");
        }
        return ofNetwork.isEmpty() ? general : ofNetwork;
    }

    /** One {@code --network}. */
    private static final class Attachment {
        private String name = "";
        private String ip = "";
        private String ip6 = "";
        private String mac = "";
        private final List<String> aliases = new ArrayList<>();
        private final Map<String, String> driverOpts = new LinkedHashMap<>();
    }

    /** {@code web}, or {@code name=web,alias=a,ip=172.30.0.9}. */
    private static Attachment attachment(String word) {
        Attachment attachment = new Attachment();
        if (!word.contains("=")) {
            attachment.name = word;
            return attachment;
        }
        for (String field : word.split(",")) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw SpecWords.wrong("invalid field " + field);
            }
            String value = field.substring(equals + 1).trim();
            switch (field.substring(0, equals).trim().toLowerCase(java.util.Locale.ROOT)) {
                case "name" -> attachment.name = value;
                case "alias" -> attachment.aliases.add(value);
                case "ip" -> attachment.ip = value;
                case "ip6" -> attachment.ip6 = value;
                case "mac-address" -> attachment.mac = value;
                case "driver-opt" -> driverOption(value, attachment);
                default -> throw SpecWords.wrong("invalid field key " + field.substring(0, equals));
            }
        }
        if (attachment.name.isEmpty()) {
            throw SpecWords.wrong("network name/id is not specified");
        }
        return attachment;
    }

    private static void driverOption(String value, Attachment attachment) {
        int equals = value.indexOf('=');
        if (equals < 0) {
            throw SpecWords.wrong("invalid key value pair format in driver options");
        }
        attachment.driverOpts.put(value.substring(0, equals), value.substring(equals + 1));
    }
}
