package io.felucca.shell.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Found;
import io.felucca.registry.Registry.Inspected;
import io.felucca.registry.Registry.Platform;
import io.felucca.shell.FakeRegistry;
import io.felucca.shell.remote.CommandClient;
import io.felucca.shell.remote.CommandClient.Result;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RegistryCommandsTest {

    private static final String HUB = "https://index.docker.io/v1/";

    private final FakeRegistry registry = new FakeRegistry();
    private final CommandClient client = new CommandClient(RegistryCommands.functions(registry));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    @DisplayName("S21: login asks the registry, and only then are name and password kept at the user's side")
    void loginKeepsWhatTheRegistryAccepts() throws Exception {
        client.input = "secret\r\n";
        Result result = client.run("login", "-u", "me", "--password-stdin", "https://host.example:5000/v2/");

        assertThat(result).isEqualTo(new Result(0, "Login Succeeded\n", ""));
        assertThat(registry.calls).containsExactly("login host.example:5000");
        assertThat(registry.credentials).containsExactly(new Credentials("me", "secret", "", ""));
        assertThat(client.logins).containsOnlyKeys("host.example:5000").containsValue("me\0secret");
        registry.failure = new FeluccaException(Kind.FORBIDDEN, "401 Unauthorized");
        assertThat(client.run("login", "-u", "me", "-p", "other", "docker.io"))
                .isEqualTo(new Result(
                        1,
                        "",
                        "WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n"
                                + "Error response from daemon: 401 Unauthorized\n"));
        assertThat(registry.calls).endsWith("login " + HUB);
        assertThat(client.logins).doesNotContainKey(HUB);
    }

    @Test
    @DisplayName("S21: on a terminal login asks for what is missing, and does not show the password")
    void loginAsks() throws Exception {
        client.terminal(true);
        client.input = "me\nsecrex\u007ft\r";
        Result result = client.run("login", "host.example");

        assertThat(result.code()).isZero();
        assertThat(result.out()).isEqualTo("Username: Password: \nLogin Succeeded\n");
        assertThat(client.logins.get("host.example")).isEqualTo("me\0secret");
    }

    @Test
    @DisplayName("S21: a login that is kept is asked about first; refused, it gives way to another one")
    void loginsThatAreKept() throws Exception {
        String existing = "Authenticating with existing credentials... [Username: me]\n\n Info -> To login with a"
                + " different account, run 'felucca logout' followed by 'felucca login'\n\n\n";
        client.logins.put("host.example", "me\0old");
        assertThat(client.run("login", "host.example")).isEqualTo(new Result(0, "Login Succeeded\n", existing));

        registry.failure = new FeluccaException(Kind.FORBIDDEN, "401 Unauthorized");
        String refused = existing + "Login did not succeed, error: Error response from daemon: 401 Unauthorized\n";
        assertThat(client.run("login", "host.example"))
                .isEqualTo(new Result(
                        1, "", refused + "Error: Cannot perform an interactive login from a non TTY device\n"));
        client.terminal(true);
        client.input = "\rnew\r";
        assertThat(client.run("login", "host.example").out()).isEqualTo("Username (me): Password: \n");
        assertThat(registry.credentials).endsWith(new Credentials("me", "new", "", ""));
    }

    @Test
    @DisplayName("S21: an empty name or password is none; what is kept already is not warned of again")
    void emptyAndEqualLogins() throws Exception {
        assertThat(client.run("login", "-u", "", "-p", "x")).isEqualTo(new Result(1, "", "username is empty\n"));
        assertThat(client.run("login", "-u", "me", "-p", "")).isEqualTo(new Result(1, "", "password is empty\n"));
        assertThat(client.run("login", "-u", "me", "--password-stdin"))
                .isEqualTo(new Result(1, "", "Error: Cannot perform an interactive login from a non TTY device\n"));
        assertThat(registry.calls).isEmpty();

        client.logins.put("host.example", "me\0same");
        client.loginsFile = "/config.json";
        client.input = "same";
        assertThat(client.run("login", "-u", "me", "--password-stdin", "host.example"))
                .isEqualTo(new Result(0, "Login Succeeded\n", ""));
        client.input = "other";
        assertThat(client.run("login", "-u", "me", "--password-stdin", "host.example")
                        .err())
                .contains("stored unencrypted in '/config.json'");
    }

    @Test
    @DisplayName("S21: logout forgets a password; pull and push send that of their registry, and no other")
    void credentialsGoToTheirRegistryAlone() throws Exception {
        client.logins.put(HUB, "hub\0one");
        client.logins.put("host.example", "host\0two");
        client.logins.put("tokens.example", "<token>\0three");
        client.run("pull", "-q", "busybox").succeeds();
        client.run("push", "-q", "host.example/x").succeeds();
        client.run("pull", "-q", "tokens.example/x").succeeds();
        client.run("pull", "-q", "other.example/x").succeeds();
        assertThat(registry.credentials)
                .containsExactly(
                        new Credentials("hub", "one", "", ""),
                        new Credentials("host", "two", "", ""),
                        new Credentials("", "", "three", ""),
                        Credentials.NONE);

        assertThat(client.run("logout", "host.example").succeeds().out())
                .isEqualTo("Removing login credentials for host.example\n");
        client.run("logout").succeeds();
        assertThat(client.logins).containsOnlyKeys("tokens.example");
    }

    @Test
    @DisplayName("S19: pull says what failed before its first line as the engine's answer, later as it is")
    void failuresOfPull() throws Exception {
        registry.failure = FeluccaException.notFound("manifest unknown");
        assertThat(client.run("pull", "host.example/x:1"))
                .isEqualTo(new Result(1, "", "Error response from daemon: manifest unknown\n"));
        registry.failure = null;
        registry.onPull = () -> {
            throw FeluccaException.system("unexpected EOF");
        };
        assertThat(client.run("pull", "-q", "host.example/x:1")).isEqualTo(new Result(1, "", "unexpected EOF\n"));
        assertThat(client.run("pull", "-a", "host.example/x:1"))
                .isEqualTo(new Result(1, "", "tag can't be used with --all-tags/-a\n"));
        assertThat(client.run("push", "-a", "host.example/x:1"))
                .isEqualTo(new Result(1, "", "tag can't be used with --all-tags/-a\n"));
    }

    @Test
    @DisplayName("S13: search shows a table, whole descriptions on demand, and what its filters leave")
    void searchShowsATable() throws Exception {
        client.logins.put("host.example", "me\0secret");
        registry.found = List.of(
                new Found("alpha", "The first of all,\nwith a description of fifty characters", 1200, true, false),
                new Found("user/alpha", "", 7, false, false));

        assertThat(client.run("search", "host.example/alpha").succeeds().out())
                .isEqualTo("NAME         DESCRIPTION                                     STARS     OFFICIAL\n"
                        + "alpha        The first of all, with a description of fift…   1200      [OK]\n"
                        + "user/alpha                                                   7         \n");
        assertThat(client.run("search", "--no-trunc", "--filter", "stars=8", "--format", "{{json .}}", "alpha")
                        .succeeds()
                        .out())
                .isEqualTo("{\"Description\":\"The first of all, with a description of fifty characters\","
                        + "\"IsOfficial\":\"true\",\"Name\":\"alpha\",\"StarCount\":\"1200\"}\n");
        client.run("search", "--limit", "3", "alpha").succeeds();
        assertThat(registry.calls).containsExactly("search host.example/alpha 25", "search alpha 25", "search alpha 3");
        assertThat(registry.credentials)
                .containsExactly(new Credentials("me", "secret", "", ""), Credentials.NONE, Credentials.NONE);
        assertThat(client.run("search", "--filter", "bogus=1", "alpha"))
                .isEqualTo(new Result(1, "", "Error response from daemon: Invalid filter 'bogus'\n"));
        assertThat(client.run("search", "--format", "{{.Bad}}", "alpha").err())
                .isEqualTo("template parsing error: template: :1:2: executing \"\" at <.Bad>: can't evaluate field Bad"
                        + " in type *registry.searchContext\n");
    }

    @Test
    @DisplayName("S21: a list of commands has one line for login, its own help all of them")
    void descriptions() throws Exception {
        assertThat(RegistryCommands.functions(registry).get(0).description()).isEqualTo("Authenticate to a registry");
        assertThat(client.run("login", "--help").succeeds().out())
                .contains("Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.\n");
    }

    private void manifest(String name, String type, String content, Platform... platforms) {
        registry.manifests.put(
                name,
                new Inspected(
                        new Digest("sha256:" + "a".repeat(64)),
                        type,
                        content.getBytes(StandardCharsets.UTF_8),
                        List.of(platforms)));
    }

    @Test
    @DisplayName("S13: manifest inspect shows a manifest, with --verbose what it is for, and says what is not there")
    void manifestInspect() throws Exception {
        String type = "application/vnd.oci.image.manifest.v1+json";
        manifest("host.example/x:1", type, "{\"schemaVersion\":2,\"layers\":[]}", new Platform("linux", "arm", "v7"));

        assertThat(client.run("manifest", "inspect", "--insecure", "host.example/x:1"))
                .isEqualTo(new Result(0, "{\n\t\"schemaVersion\": 2,\n\t\"layers\": []\n}\n", ""));
        assertThat(client.run("manifest", "inspect", "-v", "host.example/x:1")
                        .succeeds()
                        .out())
                .isEqualTo("{\n\t\"Ref\": \"host.example/x:1\",\n\t\"Descriptor\": {\n"
                        + "\t\t\"mediaType\": \"" + type + "\",\n"
                        + "\t\t\"digest\": \"sha256:" + "a".repeat(64) + "\",\n\t\t\"size\": 31,\n"
                        + "\t\t\"platform\": {\n\t\t\t\"architecture\": \"arm\",\n\t\t\t\"os\": \"linux\",\n"
                        + "\t\t\t\"variant\": \"v7\"\n\t\t}\n\t},\n"
                        + "\t\"Raw\": \"eyJzY2hlbWFWZXJzaW9uIjoyLCJsYXllcnMiOltdfQ==\",\n"
                        + "\t\"OCIManifest\": {\n\t\t\"schemaVersion\": 2,\n\t\t\"layers\": []\n\t}\n}\n");
        assertThat(client.run("manifest", "inspect", "none"))
                .isEqualTo(new Result(1, "", "no such manifest: docker.io/library/none:latest\n"));
        assertThat(registry.calls)
                .containsExactly(
                        "inspect host.example/x:1 insecure",
                        "inspect host.example/x:1",
                        "inspect docker.io/library/none:latest");
    }
}
