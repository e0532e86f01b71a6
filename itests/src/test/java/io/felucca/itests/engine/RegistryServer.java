package io.felucca.itests.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Debian's docker-registry on a port of 127.0.0.1 that the kernel chose, with its storage in a folder of the test's. */
public final class RegistryServer implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:([0-9]+)");

    private final Program.Running server;
    private final int port;

    private RegistryServer(Program.Running server, int port) {
        this.server = server;
        this.port = port;
    }

    public static RegistryServer plain(Path folder) {
        return start(folder, "");
    }

    /** Asks for a password by HTTP's basic authentication. */
    public static RegistryServer withPassword(Path folder, String user, String password) {
        try {
            Path file = folder.resolve("htpasswd");
            Files.writeString(
                    file, Program.of("htpasswd", "-nbB", user, password).ok() + "\n");
            return start(folder, "auth:\n  htpasswd:\n    realm: test\n    path: " + file + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Speaks TLS alone. @param certificate folder with {@code cert.pem} and {@code key.pem} */
    public static RegistryServer withTls(Path folder, Path certificate) {
        return start(
                folder,
                "  tls:\n    certificate: " + certificate.resolve("cert.pem") + "\n    key: "
                        + certificate.resolve("key.pem") + "\n");
    }

    private static RegistryServer start(Path folder, String more) {
        try {
            Path config = folder.resolve("registry.yml");
            Files.writeString(
                    config,
                    "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: " + folder.resolve("storage")
                            + "\nhttp:\n  addr: 127.0.0.1:0\n" + more);
            Program.Running server =
                    Program.of("docker-registry", "serve", config.toString()).start();
            EngineUnderTest.await().until(() -> LISTENING.matcher(server.err()).find());
            Matcher matcher = LISTENING.matcher(server.err());
            matcher.find();
            return new RegistryServer(server, Integer.parseInt(matcher.group(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Host and port, as an image's name begins. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** What it has written of the requests until now. */
    public String log() {
        return server.out() + server.err();
    }

    @Override
    public void close() {
        server.signal("TERM");
        server.finish();
    }
}
