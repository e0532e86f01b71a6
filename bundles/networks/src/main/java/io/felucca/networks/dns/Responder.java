package io.felucca.networks.dns;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Answers what the networks know; what they do not know goes on. */
final class Responder {

    private static final String IPV4_REVERSE = ".in-addr.arpa";
    private static final String IPV6_REVERSE = ".ip6.arpa";

    private final NameBook book;

    Responder(NameBook book) {
        this.book = book;
    }

    /** Empty when others are to be asked. */
    Optional<byte[]> answer(String containerId, byte[] message, DnsQuery query, int limitBytes) {
        if (query.type() == DnsQuery.PTR) {
            return reversed(query.name())
                    .flatMap(address -> book.name(containerId, address))
                    .map(name -> DnsAnswer.pointer(message, query, name));
        }
        if (query.type() != DnsQuery.A && query.type() != DnsQuery.AAAA) {
            return Optional.empty();
        }
        int bytes = query.type() == DnsQuery.A ? 4 : 16;
        return book.addresses(containerId, query.name()).map(all -> {
            List<InetAddress> fitting =
                    all.stream().filter(one -> one.getAddress().length == bytes).toList();
            return DnsAnswer.addresses(message, query, fitting, limitBytes);
        });
    }

    /** When nobody else can be asked. */
    static byte[] unknown(byte[] message, DnsQuery query) {
        boolean single = query.name().indexOf('.') < 0;
        return DnsAnswer.empty(message, query, single ? DnsAnswer.NO_SUCH_NAME : DnsAnswer.SERVER_FAILURE);
    }

    private static Optional<InetAddress> reversed(String name) {
        try {
            if (name.endsWith(IPV4_REVERSE)) {
                String[] parts =
                        name.substring(0, name.length() - IPV4_REVERSE.length()).split("\\.");
                return parts.length == 4
                        ? Optional.of(Cidr.parseAddress(parts[3] + "." + parts[2] + "." + parts[1] + "." + parts[0]))
                        : Optional.empty();
            }
            if (name.endsWith(IPV6_REVERSE)) {
                String digits = new StringBuilder(name.substring(0, name.length() - IPV6_REVERSE.length()))
                        .reverse()
                        .toString()
                        .replace(".", "");
                return digits.matches("[0-9a-f]{32}")
                        ? Optional.of(Cidr.parseAddress(digits.replaceAll("(.{4})(?=.)", "$1:")))
                        : Optional.empty();
            }
        } catch (FeluccaException e) {
            // Looks like an address and is none: nobody's here.
            return Optional.empty();
        }
        return Optional.empty();
    }
}
