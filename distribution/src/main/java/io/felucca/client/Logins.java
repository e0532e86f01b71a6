package io.felucca.client;

import io.felucca.launcher.Json;
import io.felucca.shell.remote.FrameTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The user's logins at registries: Docker's {@code config.json}, and the credential helpers that it names. The engine
 * gets a login only for a command that needs registries, and only of Docker Hub or of a host that the user's words name.
 */
final class Logins {

    private static final String DOCKER_HUB = "https://index.docker.io/v1/";
    private static final Set<String> COMMANDS =
            Set.of("pull", "push", "run", "create", "search", "login", "logout", "manifest");

    /** @param name {@code <token>} when the secret is an identity token */
    record Login(String name, String secret) {}

    private final Map<String, String> env;
    private final List<String> words;
    private final Path file;

    Logins(Map<String, String> env, String[] words) {
        this.env = env;
        this.words = List.of(words);
        String folder = env.getOrDefault("DOCKER_CONFIG", "");
        this.file = folder.isEmpty()
                ? Path.of(env.getOrDefault("HOME", System.getProperty("user.home")), ".docker", "config.json")
                : Path.of(folder, "config.json");
    }

    /** @param request as {@link FrameTypes#LOGIN} says */
    String answer(String request) throws IOException {
        String[] fields = request.split("\0", -1);
        if (fields.length < 2 || !isNamed(fields[1])) {
            throw new IOException("not a registry that was given to this command");
        }
        String server = fields[1];
        switch (fields[0]) {
            case "get":
                return find(server)
                        .map(login -> login.name() + "\0" + login.secret())
                        .orElse("");
            case "store":
                return store(server, new Login(fields[2], fields[3]));
            case "erase":
                erase(server);
                return "";
            default:
                throw new IOException("unknown request for logins: engine and program differ in version");
        }
    }

    private boolean isNamed(String server) {
        String host = host(server);
        return words.stream().anyMatch(COMMANDS::contains)
                && (server.equals(DOCKER_HUB)
                        || !host.isEmpty() && words.stream().anyMatch(word -> word.contains(host)));
    }

    private Optional<Login> find(String server) throws IOException {
        Map<String, Object> config = read();
        Optional<CredentialHelper> helper = helper(config, server);
        if (helper.isPresent()) {
            return helper.get().get(server);
        }
        Map<String, Object> auths = map(config, "auths");
        Object entry = auths.get(server);
        for (Map.Entry<String, Object> each : auths.entrySet()) {
            if (entry == null && host(each.getKey()).equals(server)) {
                entry = each.getValue();
            }
        }
        return entry instanceof Map<?, ?> fields ? login(server, fields) : Optional.empty();
    }

    private Optional<Login> login(String server, Map<?, ?> fields) throws IOException {
        if (fields.get("identitytoken") instanceof String token && !token.isEmpty()) {
            return Optional.of(new Login("<token>", token));
        }
        if (fields.get("auth") instanceof String auth && !auth.isEmpty()) {
            try {
                String text = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
                int colon = text.indexOf(':');
                if (colon > 0) {
                    return Optional.of(new Login(text.substring(0, colon), text.substring(colon + 1)));
                }
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": the auth of " + server + " is not base64", e);
            }
            throw new IOException(file + ": invalid auth configuration file: the auth of " + server
                    + " is not of the form user:password");
        }
        return Optional.empty();
    }

    private String store(String server, Login login) throws IOException {
        Map<String, Object> config = read();
        Map<String, Object> entry = new LinkedHashMap<>();
        Optional<CredentialHelper> helper = helper(config, server);
        if (helper.isPresent()) {
            helper.get().store(server, login);
        } else {
            byte[] pair = (login.name() + ":" + login.secret()).getBytes(StandardCharsets.UTF_8);
            entry.put("auth", Base64.getEncoder().encodeToString(pair));
        }
        Map<String, Object> auths = map(config, "auths");
        auths.put(server, entry);
        config.put("auths", auths);
        write(config);
        return helper.isPresent() ? "" : file.toString();
    }

    private void erase(String server) throws IOException {
        Map<String, Object> config = read();
        Optional<CredentialHelper> helper = helper(config, server);
        if (helper.isPresent()) {
            helper.get().erase(server);
        }
        Map<String, Object> auths = map(config, "auths");
        if (auths.remove(server) != null) {
            config.put("auths", auths);
            write(config);
        }
    }

    private Optional<CredentialHelper> helper(Map<String, Object> config, String server) {
        Object name = map(config, "credHelpers").getOrDefault(server, config.get("credsStore"));
        return name instanceof String text && !text.isEmpty()
                ? Optional.of(new CredentialHelper(text, env))
                : Optional.empty();
    }

    /** {@code https://host:5000/v1/} is {@code host:5000}. */
    private static String host(String server) {
        String rest = server.replaceFirst("^https?://", "");
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }

    @SuppressWarnings("unchecked") // of JSON, whose keys are strings
    private static Map<String, Object> map(Map<String, Object> config, String key) {
        return config.get(key) instanceof Map<?, ?> map ? (Map<String, Object>) map : new LinkedHashMap<>();
    }

    @SuppressWarnings("unchecked") // of JSON, whose keys are strings
    private Map<String, Object> read() throws IOException {
        try {
            String text = Files.readString(file);
            if (text.isBlank()) {
                return new LinkedHashMap<>();
            }
            if (Json.parse(text) instanceof Map<?, ?> map) {
                return (Map<String, Object>) map;
            }
            throw new IOException("cannot read the logins in " + file + ": it is no JSON object");
        } catch (NoSuchFileException e) {
            return new LinkedHashMap<>();
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot read the logins in " + file + ": " + e.getMessage(), e);
        }
    }

    /** The file is replaced as a whole, readable by its user alone; what a link leads to is replaced, not the link. */
    private void write(Map<String, Object> config) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path folder = target.getParent();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Path fresh = Files.createTempFile(folder, "config.json", ".tmp"); // with mode 0600
        try {
            Files.writeString(fresh, JsonText.of(config));
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
