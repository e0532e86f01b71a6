package io.felucca.client;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

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
        String option = null;
        int first = 0;
        while (first < args.length) {
            String word = args[first];
            if (word.equals("-H") || word.equals("--host")) {
                if (first + 1 == args.length) {
                    throw new ClientException(125, "flag needs an argument: " + word);
                }
                option = args[first + 1];
                first += 2;
            } else if (word.startsWith("--host=")) {
                option = word.substring("--host=".length());
                first++;
            } else if (word.startsWith("-H")) {
                option = word.substring(word.startsWith("-H=") ? 3 : 2);
                first++;
            } else {
                break;
            }
        }
        String[] words = Arrays.copyOfRange(args, first, args.length);
        Host host = Host.choose(option, System.getenv("FELUCCA_HOST"), System.getenv("DOCKER_HOST"));
        try (SocketChannel channel = connect(host, words)) {
            String lang = System.getProperty("felucca.lang", System.getenv("LANG"));
            String start = Start.json(
                    words, System.getProperty("user.dir"), System.getenv("TERM"), lang, terminal, System.getenv());
            return new Session(Upgrade.open(channel), terminal, words).run(start);
        } catch (IOException e) {
            throw new ClientException(
                    125, "the connection to the engine at " + host.text() + " broke: " + e.getMessage());
        }
    }

    private static SocketChannel connect(Host host, String[] words) {
        try {
            return host.connect();
        } catch (IOException e) {
            boolean runs = words.length > 0 && words[0].equals("run");
            throw new ClientException(runs ? 125 : 1, host.complaint(e));
        }
    }
}
