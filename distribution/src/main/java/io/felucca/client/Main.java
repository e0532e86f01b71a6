package io.felucca.client;

import java.io.IOException;
import java.nio.channels.ByteChannel;

/** {@code felucca [-H HOST] COMMAND …}: every command but {@code engine}, which {@code bin/felucca} starts itself. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Terminal terminal = Terminal.of(System.getProperty("felucca.tty"), System.getProperty("felucca.size"));
        int code;
        try {
            code = run(args, terminal);
        } catch (ClientException e) {
            terminal.restore();
            System.err.println("felucca: " + e.getMessage());
            code = e.code();
        } finally {
            terminal.restore();
        }
        // Not exit(): threads that wait for input must not hold the program, and there is nothing to run at the end.
        Runtime.getRuntime().halt(code);
    }

    private static int run(String[] args, Terminal terminal) {
        Warming.begin();
        Options options = Options.parse(args, System.getenv());
        String[] words = options.words();
        EngineAddress host =
                EngineAddress.choose(options.host(), System.getenv("FELUCCA_HOST"), System.getenv("DOCKER_HOST"));
        try (ByteChannel channel = connect(host, options.tls(), words)) {
            String lang = System.getProperty("felucca.lang", System.getenv("LANG"));
            String start = StartFrame.json(
                    words, System.getProperty("user.dir"), System.getenv("TERM"), lang, terminal, System.getenv());
            return new Session(Upgrade.open(channel), terminal, words).run(start);
        } catch (IOException e) {
            throw new ClientException(
                    125, "the connection to the engine at " + host.text() + " broke: " + e.getMessage());
        }
    }

    private static ByteChannel connect(EngineAddress host, Tls tls, String[] words) {
        try {
            return host.connect(tls);
        } catch (IOException e) {
            boolean runs = words.length > 0 && words[0].equals("run");
            throw new ClientException(runs ? 125 : 1, host.complaint(e));
        }
    }
}
