package io.felucca.shell.remote;

import io.felucca.shell.user.UserLogins;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks the felucca program for logins; an answer is read as a file is. */
final class RemoteLogins implements UserLogins {

    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final String SEPARATOR = "\0";

    private final RemoteFiles files;

    RemoteLogins(RemoteFiles files) {
        this.files = files;
    }

    @Override
    public Optional<Login> find(String server) throws IOException {
        String[] nameAndSecret = ask("get", server).split(SEPARATOR, 2);
        return nameAndSecret.length < 2 ? Optional.empty() : Optional.of(new Login(nameAndSecret[0], nameAndSecret[1]));
    }

    @Override
    public String store(String server, Login login) throws IOException {
        return ask("store", server, login.name(), login.secret());
    }

    @Override
    public void erase(String server) throws IOException {
        ask("erase", server);
    }

    private String ask(String... fields) throws IOException {
        try (InputStream answer = files.askLogin(String.join(SEPARATOR, fields))) {
            byte[] bytes = answer.readNBytes(MAX_ANSWER_BYTES + 1);
            if (bytes.length > MAX_ANSWER_BYTES) {
                throw new IOException("a login has more than " + MAX_ANSWER_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
