package io.felucca.docker.api;

import io.felucca.FeluccaException;
import io.felucca.docker.api.listen.HostAddress;
import io.felucca.docker.api.listen.Listener;
import io.felucca.docker.api.listen.SocketFile;
import io.felucca.docker.api.listen.TcpListener;
import io.felucca.docker.api.listen.TlsFiles;
import io.felucca.engine.UpgradeHandler.Peer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** Makes the listeners that are configured. TCP wants TLS with clients' certificates, or the word that it does not. */
final class Listeners {

    private final List<HostAddress> addresses;
    private final DockerApiConfig config;
    private final Function<SocketChannel, Peer> peers;
    private final Optional<SSLContext> tls;

    /**
     * @param peers who is at the other end of a Unix socket
     * @throws FeluccaException INVALID for an address or a file that is wrong, or TCP without a word about its safety
     */
    Listeners(DockerApiConfig config, Function<SocketChannel, Peer> peers) {
        this.config = config;
        this.peers = peers;
        addresses = Stream.of(config.hosts())
                .map(host -> HostAddress.parse(host, config.tlsverify()))
                .toList();
        Optional<HostAddress> tcp =
                addresses.stream().filter(HostAddress.Tcp.class::isInstance).findFirst();
        if (tcp.isPresent() && !config.tlsverify() && !config.insecure_tcp()) {
            throw FeluccaException.invalid(
                    "cannot listen on " + tcp.get() + " without TLS: whoever reaches it would be "
                            + "as good as root; give --tlsverify with --tlscacert, --tlscert and --tlskey, or say --tls=false");
        }
        tls = tcp.isPresent() && config.tlsverify() ? Optional.of(files().context()) : Optional.empty();
    }

    private TlsFiles files() {
        return new TlsFiles(
                file("--tlscacert", config.tlscacert()),
                file("--tlscert", config.tlscert()),
                file("--tlskey", config.tlskey()));
    }

    private static Path file(String option, String path) {
        if (path.isEmpty()) {
            throw FeluccaException.invalid("--tlsverify needs " + option + " FILE");
        }
        return Path.of(path);
    }

    List<HostAddress> addresses() {
        return addresses;
    }

    Listener listen(HostAddress address) {
        return address instanceof HostAddress.Tcp tcp
                ? TcpListener.listen(tcp, tls)
                : SocketFile.listen(((HostAddress.Unix) address).socket(), config.group(), peers);
    }
}
