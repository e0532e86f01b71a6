package io.felucca.shell.registry;

import io.felucca.FeluccaException;
import io.felucca.registry.Registry;
import io.felucca.registry.Registry.Credentials;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.user.ClientSession;
import io.felucca.shell.user.ClientSession.Stream;
import io.felucca.shell.user.UserLogins.Login;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code login}: asks a registry whether it accepts a user, and keeps the password at the user's side. */
@picocli.CommandLine.Command(
        customSynopsis = "[OPTIONS] [SERVER]",
        description = "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.")
final class LoginCommand implements Command {

    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int INTERRUPT = 3;
    private static final int BACKSPACE = 8;
    private static final int DELETE = 127;

    @Option(
            names = {"-u", "--username"},
            description = "Username")
    String name;

    @Option(
            names = {"-p", "--password"},
            description = "Password or Personal Access Token (PAT)")
    String password;

    @Option(
            names = "--password-stdin",
            arity = "1",
            description = "Take the Password or Personal Access Token (PAT) from stdin")
    boolean passwordStdin;

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Registry registry;

    LoginCommand(Registry registry) {
        this.registry = registry;
    }

    @Override
    public Arguments arguments() {
        return Arguments.atMost(1);
    }

    @Override
    public int run(ClientSession user) throws IOException {
        check(user);
        String server = RegistryLogins.server(words.isEmpty() ? "" : words.get(0));
        Optional<Login> known = name == null && password == null ? user.logins().find(server) : Optional.empty();
        if (known.isEmpty() || !acceptsKnown(known.get(), server, user)) {
            Login login = login(known.map(Login::name).orElse(""), user);
            ask(login, server, user);
            store(login, server, user);
        }
        user.out().println("Login Succeeded");
        return 0;
    }

    private void check(ClientSession user) {
        if (name != null && name.isEmpty()) {
            throw new CommandFailure(1, "username is empty");
        }
        if (password != null) {
            if (password.isEmpty()) {
                throw new CommandFailure(1, "password is empty");
            }
            if (passwordStdin) {
                throw new CommandFailure(1, "conflicting options: cannot specify both --password and --password-stdin");
            }
            user.err().println("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
        }
        if (passwordStdin && name == null) {
            throw new CommandFailure(1, "the --password-stdin option requires --username to be set");
        }
    }

    private boolean acceptsKnown(Login known, String server, ClientSession user) {
        user.err()
                .println("Authenticating with existing credentials... [Username: " + known.name()
                        + "]\n\n Info -> To login with a different account, run 'felucca logout' followed by"
                        + " 'felucca login'\n\n");
        try {
            ask(known, server, user);
            return true;
        } catch (FeluccaException e) {
            user.err().println("Login did not succeed, error: Error response from daemon: " + e.getMessage());
            return false;
        }
    }

    private void ask(Login login, String server, ClientSession user) {
        Credentials credentials = RegistryLogins.of(login);
        TransferCommand.untilGone(user, () -> registry.login(server, credentials));
    }

    /** What is stored already is left as it is, and not warned of again. */
    private static void store(Login login, String server, ClientSession user) throws IOException {
        if (user.logins().find(server).equals(Optional.of(login))) {
            return;
        }
        String file = user.logins().store(server, login);
        if (!file.isEmpty()) {
            user.err()
                    .println("\nWARNING! Your credentials are stored unencrypted in '" + file + "'.\n"
                            + "Configure a credential helper to remove this warning. See\n"
                            + "https://docs.docker.com/go/credential-store/\n");
        }
    }

    /** @param knownName of the login that was refused, which an empty line stands for; or empty */
    private Login login(String knownName, ClientSession user) throws IOException {
        String secret = password;
        if (passwordStdin) {
            byte[] bytes = user.in().readNBytes(MAX_LINE_BYTES);
            secret = new String(bytes, StandardCharsets.UTF_8).replaceFirst("\r?\n$", "");
        }
        boolean missing = name == null || secret == null || secret.isEmpty();
        if (missing && !user.isTerminal(Stream.IN)) {
            throw new CommandFailure(1, "Error: Cannot perform an interactive login from a non TTY device");
        }
        String asked = name == null ? askName(knownName, user) : name;
        return new Login(asked, secret == null || secret.isEmpty() ? ask("Password: ", false, user) : secret);
    }

    private static String askName(String knownName, ClientSession user) throws IOException {
        String name = ask(knownName.isEmpty() ? "Username: " : "Username (" + knownName + "): ", true, user);
        return name.isEmpty() ? knownName : name;
    }

    /** One line of the terminal, which a password is not shown on. */
    private static String ask(String prompt, boolean shown, ClientSession user) throws IOException {
        user.out().print(prompt);
        user.out().flush();
        if (shown) {
            return line(user.in());
        }
        try (ClientSession.Ending raw = user.rawMode()) {
            return line(user.in());
        } finally {
            user.out().print("\n");
            user.out().flush();
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n' && c != '\r'; c = in.read()) {
            if (c < 0 || c == INTERRUPT) {
                throw new CommandFailure(1, "");
            }
            if (c == BACKSPACE || c == DELETE) {
                byte[] all = line.toByteArray();
                line.reset();
                line.write(all, 0, Math.max(0, all.length - 1));
            } else if (line.size() < MAX_LINE_BYTES) {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }
}
