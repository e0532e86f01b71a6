package io.felucca.itests.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Git repositories by git's own http-backend, and files, on loopback. */
public final class GitServer implements AutoCloseable {

    private final Path folder;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();

    /** @param folder has bare repositories */
    public GitServer(Path folder) {
        this.folder = folder;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/git/", this::serve);
        server.start();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** What clients sent to be let in, for each request; the text null for nothing. */
    public List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    /** Answers with a file. @param type empty for none */
    public void file(String path, String type, byte[] body) {
        server.createContext(path, exchange -> {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            if (!type.isEmpty()) {
                exchange.getResponseHeaders().add("Content-Type", type);
            }
            exchange.sendResponseHeaders(
                    200, body.length == 0 || exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    public void redirect(String path, String to) {
        server.createContext(path, exchange -> {
            String query = exchange.getRequestURI().getRawQuery();
            String rest = exchange.getRequestURI().getRawPath().substring(path.length());
            exchange.getResponseHeaders().add("Location", to + rest + (query == null ? "" : "?" + query));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
    }

    private void serve(HttpExchange exchange) throws IOException {
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        String path = exchange.getRequestURI().getPath().substring("/git".length());
        String query = exchange.getRequestURI().getRawQuery();
        ProcessBuilder git = new ProcessBuilder("git", "http-backend");
        git.environment().put("GIT_PROJECT_ROOT", folder.toString());
        git.environment().put("GIT_HTTP_EXPORT_ALL", "1");
        git.environment().put("GIT_CONFIG_COUNT", "1");
        git.environment().put("GIT_CONFIG_KEY_0", "safe.directory");
        git.environment().put("GIT_CONFIG_VALUE_0", "*");
        git.environment().put("PATH_INFO", path);
        git.environment().put("QUERY_STRING", query == null ? "" : query);
        git.environment().put("REQUEST_METHOD", exchange.getRequestMethod());
        header(git, exchange, "Content-Type", "CONTENT_TYPE");
        header(git, exchange, "Content-Encoding", "HTTP_CONTENT_ENCODING");
        header(git, exchange, "Git-Protocol", "GIT_PROTOCOL");
        git.redirectError(ProcessBuilder.Redirect.DISCARD);
        byte[] body = exchange.getRequestBody().readAllBytes();
        git.environment().put("CONTENT_LENGTH", Integer.toString(body.length));
        Process process = git.start();
        try (var in = process.getOutputStream()) {
            in.write(body);
        } catch (IOException e) {
            // It reads no body where there is none.
        }
        answer(exchange, process.getInputStream());
    }

    private static void header(ProcessBuilder git, HttpExchange exchange, String header, String variable) {
        String value = exchange.getRequestHeaders().getFirst(header);
        if (value != null) {
            git.environment().put(variable, value);
        }
    }

    private static void answer(HttpExchange exchange, InputStream cgi) throws IOException {
        int status = 200;
        String line;
        while (!(line = line(cgi)).isEmpty()) {
            String[] parts = line.split(": ", 2);
            if (parts[0].equals("Status")) {
                status = Integer.parseInt(parts[1].substring(0, 3));
            } else {
                exchange.getResponseHeaders().add(parts[0], parts[1]);
            }
        }
        exchange.sendResponseHeaders(status, 0);
        cgi.transferTo(exchange.getResponseBody());
        exchange.close();
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int read;
        while ((read = in.read()) >= 0 && read != '\n') {
            if (read != '\r') {
                line.write(read);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** Makes a repository with a commit of all that is in a folder, and a bare copy of it that is served. */
    public void publish(Path work, String name, String branch) throws IOException {
        git(work, "init", "-q", "-b", branch);
        git(work, "add", "-A");
        git(work, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "one");
        Files.createDirectories(folder);
        git(work, "clone", "-q", "--bare", work.toString(), folder.resolve(name).toString());
        git(folder.resolve(name), "config", "uploadpack.allowAnySHA1InWant", "true");
    }

    public static String git(Path in, String... words) {
        List<String> all = new ArrayList<>(List.of("git"));
        all.addAll(List.of(words));
        return new Program(all)
                .in(in)
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .ok()
                .strip();
    }

    /** Serves the same repositories by git's own protocol. */
    public Daemon daemon() {
        try {
            return new Daemon(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A git daemon for each connection, as inetd starts it. */
    public final class Daemon implements AutoCloseable {

        private final ServerSocket listening;

        private Daemon(ServerSocket listening) {
            this.listening = listening;
            threads.execute(this::accept);
        }

        public String url(String path) {
            return "git://127.0.0.1:" + listening.getLocalPort() + path;
        }

        private void accept() {
            while (true) {
                try {
                    Socket client = listening.accept();
                    threads.execute(() -> serve(client));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(Socket client) {
            try (client) {
                ProcessBuilder git = new ProcessBuilder(
                        "git", "daemon", "--inetd", "--export-all", "--base-path=" + folder, folder.toString());
                git.redirectError(ProcessBuilder.Redirect.DISCARD);
                git.environment().put("GIT_CONFIG_COUNT", "1");
                git.environment().put("GIT_CONFIG_KEY_0", "safe.directory");
                git.environment().put("GIT_CONFIG_VALUE_0", "*");
                Process process = git.start();
                threads.execute(() -> feed(client, process));
                process.getInputStream().transferTo(client.getOutputStream());
            } catch (IOException e) {
                // The client has gone.
            }
        }

        private static void feed(Socket client, Process process) {
            try (var in = process.getOutputStream()) {
                byte[] piece = new byte[4096];
                int read;
                while ((read = client.getInputStream().read(piece)) > 0) {
                    in.write(piece, 0, read);
                    in.flush();
                }
            } catch (IOException e) {
                // Either side has gone.
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
