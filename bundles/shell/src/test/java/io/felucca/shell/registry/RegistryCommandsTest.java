package io.felucca.shell.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.registry.Registry.Credentials;
import io.felucca.shell.FakeRegistry;
import io.felucca.shell.door.DoorClient;
import io.felucca.shell.door.DoorClient.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RegistryCommandsTest {

    private static final String HUB = "https://index.docker.io/v1/";

    private final FakeRegistry registry = new FakeRegistry();
    private final DoorClient client = new DoorClient(RegistryCommands.functions(registry));

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
}
