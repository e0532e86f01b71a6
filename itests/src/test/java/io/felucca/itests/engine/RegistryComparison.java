package io.felucca.itests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;

/**
 * Dockerd 20.10 and an engine that reach the same servers on loopback: a plain registry, which is Docker Hub's mirror too, one
 * that asks for a password, one behind a token server, one that speaks TLS, and one that can be searched. Each is asked the same
 * and must tell the same, after masking.
 */
public final class RegistryComparison implements AutoCloseable {

    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    private static final String NEVER = "sha256:" + "0".repeat(64);
    private static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /** What a layer is going through comes in an order of chance. */
    private static final Pattern LAYER = Pattern.compile("<short>: (.*)");

    /** Of these dockerd leaves out what the next has overtaken. */
    private static final Pattern PASSING = Pattern.compile("<short>: (?:Waiting|Verifying Checksum|Download complete)");

    /** Differences that are allowed, each with its reason. */
    private static String allowed(String text) {
        return text
                // The docker command's hints to its help; its versions differ.
                .replaceAll("\n+(?:Run|See) '[^\n]* --help'(?: for more information|\\.)", "")
                .replaceAll("(?m)^(?:docker|felucca): ", "<program>: ")
                .replaceAll("(Usage: +|')(?:docker|felucca) ", "$1<program> ")
                // The engine sends a manifest as it came, dockerd writes it anew.
                .replaceAll("(digest: sha256:[0-9a-f]+ size: )[0-9]+", "$1<bytes>")
                // dockerd asks for the head of a manifest first, the engine for the manifest: one request less.
                .replaceAll("Head (\\\\?\")", "Get $1");
    }

    private final Path folder;
    private final RegistryServer plain;
    private final RegistryServer secret;
    private final RegistryServer tls;
    private final TokenFront tokens;
    private final IndexServer index;
    private final DockerDaemon daemon;
    private final EngineUnderTest engine;

    /** @param folder of the test, for what the servers keep */
    public RegistryComparison(Path folder) throws Exception {
        this.folder = folder;
        Path certificates = Files.createDirectory(folder.resolve("certs.d"));
        Certificates authority = Certificates.in(Files.createDirectory(folder.resolve("authority")));
        plain = RegistryServer.plain(Files.createDirectory(folder.resolve("plain")));
        secret = RegistryServer.withPassword(Files.createDirectory(folder.resolve("secret")), "user", "secret");
        tls = RegistryServer.withTls(
                Files.createDirectory(folder.resolve("tls")), authority.issue("server", "serverAuth"));
        Path own = Files.createDirectory(certificates.resolve(tls.host()));
        Files.copy(authority.authority(), own.resolve("ca.crt"));
        tokens = new TokenFront(plain, "user", "secret");
        index = new IndexServer();
        List<String> prefix = OwnEtc.words(folder, certificates);
        String mirror = "http://" + plain.host();
        List<String> resolving = new ArrayList<>(prefix);
        // Looks names up by the C library, as the engine does: without a name server Go has words of its own.
        resolving.addAll(List.of("env", "GODEBUG=netdns=cgo"));
        daemon = DockerDaemon.onLoopback(resolving, "--registry-mirror", mirror);
        engine = EngineUnderTest.empty("--bridge", "none", "--registry-mirror", mirror)
                .startedBy(prefix.toArray(String[]::new));
        engine.beforeAll(null);
        try {
            seed();
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        AutoCloseable[] all = {
            () -> index.close(),
            () -> tokens.close(),
            () -> tls.close(),
            () -> secret.close(),
            () -> plain.close(),
            () -> daemon.close(),
            () -> engine.afterAll(null)
        };
        SoftAssertions ends = new SoftAssertions();
        for (AutoCloseable each : all) {
            ends.assertThatCode(each::close).doesNotThrowAnyException();
        }
        ends.assertAll();
    }

    public void removeContainers() {
        engine.afterEach(null);
        daemon.removeContainers();
    }

    /** The images of the registries, which neither engine has after it. */
    private void seed() throws Exception {
        String app = plain.host() + "/app:1";
        engine.ok("import", Rootfs.busybox().toString(), app);
        engine.ok("push", app);
        engine.ok("tag", app, plain.host() + "/app:2");
        engine.ok("push", plain.host() + "/app:2");
        engine.ok("tag", app, plain.host() + "/library/hub:1");
        engine.ok("push", plain.host() + "/library/hub:1");
        engine.ok("tag", app, tls.host() + "/app:1");
        engine.ok("push", tls.host() + "/app:1");
        String multi = plain.host() + "/multi:1";
        engine.ok("tag", app, multi);
        for (int layer = 1; layer <= 4; layer++) {
            String id =
                    engine.ok("create", "--network", "none", multi, "sh", "-c", "echo " + layer + " >/file" + layer);
            engine.ok("start", id);
            engine.ok("wait", id);
            engine.ok("commit", id, multi);
            engine.ok("rm", id);
        }
        engine.ok("push", multi);
        // As dockerd pushes them; the engine's own are OCI's.
        for (String image : List.of("app:1", "app:2", "library/hub:1", "multi:1")) {
            String place = "docker://" + plain.host() + "/" + image;
            Program.of(
                            "skopeo",
                            "copy",
                            "-q",
                            "--src-tls-verify=false",
                            "--dest-tls-verify=false",
                            "--format",
                            "v2s2",
                            place,
                            place)
                    .ok();
        }
        Known manifest = Known.of(plain.host(), "app/manifests/1", MANIFEST);
        put("app/manifests/list", LIST, list(manifest, "amd64"));
        put("app/manifests/arm", LIST, list(manifest, "arm64"));
        for (String image : engine.ok("images", "-q").lines().distinct().toList()) {
            engine.ok("rmi", "-f", image);
        }
        assertThat(engine.ok("images", "-aq")).isEmpty();
    }

    /** A manifest that a registry has. */
    private record Known(String digest, int length) {

        static Known of(String host, String path, String type) throws Exception {
            var answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + host + "/v2/" + path))
                                    .header("Accept", type)
                                    .build(),
                            BodyHandlers.ofByteArray());
            return new Known(
                    answer.headers().firstValue("Docker-Content-Digest").orElseThrow(), answer.body().length);
        }
    }

    private static String list(Known manifest, String architecture) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + LIST + "\",\"manifests\":[{\"mediaType\":\"" + MANIFEST
                + "\",\"size\":" + manifest.length() + ",\"digest\":\"" + manifest.digest()
                + "\",\"platform\":{\"architecture\":\"" + architecture + "\",\"os\":\"linux\"}}]}";
    }

    private void put(String path, String type, String content) throws Exception {
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + plain.host() + "/v2/" + path))
                                .header("Content-Type", type)
                                .PUT(HttpRequest.BodyPublishers.ofString(content))
                                .build(),
                        BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(201);
    }

    /** Who is asked: the letter stands in the names of what it pushes. */
    public enum Asked {
        DOCKERD("d"),
        ENGINE("e"),
        FELUCCA("f");

        private final String letter;

        Asked(String letter) {
            this.letter = letter;
        }
    }

    private Program program(Asked asked, String... words) {
        Program program = switch (asked) {
            case DOCKERD -> daemon.docker(words);
            case ENGINE -> engine.docker("1.41", words);
            case FELUCCA -> engine.felucca(words);
        };
        return program.env("DOCKER_CONFIG", folder.resolve(asked.letter).toString());
    }

    /**
     * What a line tells, after masking. In it PLAIN, SECRET, TLS, TOKENS and INDEX are the servers, MINE a repository that
     * nobody else pushes to, and NEVER a digest of nothing.
     */
    public String told(Asked asked, String line) {
        String[] words = CliComparison.words(line.replace("PLAIN", plain.host())
                .replace("SECRET", secret.host())
                .replace("TLS", tls.host())
                .replace("TOKENS", tokens.host())
                .replace("INDEX", index.host())
                .replace("NEVER", NEVER)
                .replace("MINE", "push-" + asked.letter));
        Result result = program(asked, words).run(120);
        return "exit " + result.exit() + "\n" + masked(asked, result.out()) + "-- stderr\n"
                + masked(asked, result.err());
    }

    private String masked(Asked asked, String text) {
        String masked = Masks.masked(allowed(text))
                .replace(folder.resolve(asked.letter).toString(), "<config>")
                .replace("push-" + asked.letter, "MINE");
        List<String> lines = new ArrayList<>();
        TreeSet<String> layers = new TreeSet<>();
        for (String line : masked.lines().toList()) {
            if (!LAYER.matcher(line).matches()) {
                lines.add(line);
            } else if (!PASSING.matcher(line).matches()) {
                layers.add(line);
            }
        }
        lines.addAll(layers);
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** Has everybody's config.json hold a token for the token server, as a login by OAuth2 leaves it. */
    public void keepIdentity(String token) throws IOException {
        String config =
                "{\"auths\":{\"" + tokens.host() + "\":{\"auth\":\"dXNlcjo=\",\"identitytoken\":\"" + token + "\"}}}";
        for (Asked asked : Asked.values()) {
            Files.writeString(
                    Files.createDirectories(folder.resolve(asked.letter)).resolve("config.json"), config);
        }
    }

    private List<String> tell(Asked asked, List<String> lines) {
        return lines.stream().map(line -> told(asked, line)).toList();
    }

    /** @param script leaves nothing in an engine; a line is a command */
    public void compare(String script) {
        List<String> lines = script.strip().lines().map(String::strip).toList();
        CompletableFuture<List<String>> theirs = CompletableFuture.supplyAsync(() -> tell(Asked.DOCKERD, lines));
        SoftAssertions all = new SoftAssertions();
        for (Asked asked : List.of(Asked.ENGINE, Asked.FELUCCA)) {
            List<String> ours = tell(asked, lines);
            for (int i = 0; i < lines.size(); i++) {
                all.assertThat(ours.get(i))
                        .as("%s: %s", asked, lines.get(i))
                        .isEqualTo(theirs.join().get(i));
            }
        }
        all.assertAll();
        assertThat(engine.ok("images", "-aq")).isEmpty();
    }

    /** The digest of what the plain registry has under this name. */
    public String digest(String repository, String tag) throws Exception {
        return digest(plain.host(), repository, tag);
    }

    /** The digest of what a registry has under this name. */
    public static String digest(String host, String repository, String tag) throws Exception {
        return Known.of(host, repository + "/manifests/" + tag, MANIFEST).digest();
    }

    /** The engine's answer to a GET, and dockerd's, where PLAIN and SECRET are servers. */
    public List<String> answers(String path) {
        String asked = path.replace("PLAIN", plain.host()).replace("SECRET", secret.host());
        return List.of(get(engine.socket(), asked), get(daemon.socket(), asked));
    }

    /** The words that a pull by the API tells of each layer, in turn, each once; the layers by their ids. */
    public Map<String, List<String>> progressOfPull(Asked asked, String image) {
        Path socket = asked == Asked.DOCKERD ? daemon.socket() : engine.socket();
        String name = image.replace("PLAIN", plain.host());
        String told = Program.of(
                        "curl",
                        "-s",
                        "-X",
                        "POST",
                        "--unix-socket",
                        socket.toString(),
                        "http://host/v1.41/images/create?tag=1&fromImage=" + name)
                .ok();
        Map<String, List<String>> words = new TreeMap<>();
        for (String line : told.lines().toList()) {
            JsonNode message = EngineUnderTest.json(line);
            String status = message.path("status").asText();
            if (message.has("progressDetail")) {
                List<String> of = words.computeIfAbsent(message.path("id").asText(), id -> new ArrayList<>());
                if (of.isEmpty() || !of.get(of.size() - 1).equals(status)) {
                    of.add(status);
                }
            }
        }
        return words;
    }

    private static String get(Path socket, String path) {
        return allowed(
                Program.of("curl", "-s", "-w", "%{http_code}", "--unix-socket", socket.toString(), "http://host" + path)
                        .ok());
    }
}
