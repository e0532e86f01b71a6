package io.felucca.client;

import io.felucca.launcher.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A program {@code docker-credential-NAME} that keeps logins (protocol of docker-credential-helpers 0.8). */
final class CredentialHelper {

    private static final String NOT_FOUND = "credentials not found in native keychain";
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private final String program;
    private final Map<String, String> env;

    CredentialHelper(String name, Map<String, String> env) {
        this.program = "docker-credential-" + name;
        this.env = env;
    }

    Optional<Logins.Login> get(String server) throws IOException {
        Answer answer = run("get", "getting", server);
        if (answer.exit != 0) {
            if (answer.out.strip().equals(NOT_FOUND)) {
                return Optional.empty();
            }
            throw failed("getting", "exit status " + answer.exit, answer.out);
        }
        try {
            if (Json.parse(answer.out) instanceof Map<?, ?> map
                    && map.get("Username") instanceof String name
                    && map.get("Secret") instanceof String secret) {
                return Optional.of(new Logins.Login(name, secret));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("error getting credentials - " + program + " gave no JSON: " + e.getMessage(), e);
        }
        return Optional.empty();
    }

    void store(String server, Logins.Login login) throws IOException {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("ServerURL", server);
        request.put("Username", login.name());
        request.put("Secret", login.secret());
        Answer answer = run("store", "storing", JsonText.of(request));
        if (answer.exit != 0) {
            throw failed("storing", "exit status " + answer.exit, answer.out);
        }
    }

    void erase(String server) throws IOException {
        Answer answer = run("erase", "erasing", server);
        if (answer.exit != 0 && !answer.out.strip().equals(NOT_FOUND)) {
            throw failed("erasing", "exit status " + answer.exit, answer.out);
        }
    }

    private static IOException failed(String what, String error, String out) {
        return new IOException("error " + what + " credentials - err: " + error + ", out: `" + out.strip() + "`");
    }

    private record Answer(int exit, String out) {}

    private Answer run(String action, String doing, String input) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(find(doing).toString(), action);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A program that does not read its input says by its exit code what is wrong.
        }
        try {
            byte[] out = process.getInputStream().readNBytes(MAX_ANSWER_BYTES);
            process.getInputStream().close();
            return new Answer(process.waitFor(), new String(out, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " ran", e);
        }
    }

    private Path find(String doing) throws IOException {
        for (String folder :
                env.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin").split(":")) {
            Path file = Path.of(folder, program);
            if (folder.startsWith("/") && Files.isExecutable(file) && !Files.isDirectory(file)) {
                return file;
            }
        }
        throw failed(doing, "exec: \"" + program + "\": executable file not found in $PATH", "");
    }
}
