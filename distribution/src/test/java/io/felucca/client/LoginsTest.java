package io.felucca.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginsTest {

    @TempDir
    Path folder;

    private Path config;

    @BeforeEach
    void placeConfig() {
        config = folder.resolve("docker/config.json");
    }

    private String ask(String word, String... request) throws IOException {
        Map<String, String> env =
                Map.of("DOCKER_CONFIG", folder.resolve("docker").toString(), "PATH", folder + ":/usr/bin:/bin");
        return new Logins(env, new String[] {"pull", word}).answer(String.join("\0", request));
    }

    private void configure(String text) throws IOException {
        Files.createDirectories(config.getParent());
        Files.writeString(config, text);
    }

    private void helper(String name) throws IOException {
        Path program = folder.resolve("docker-credential-" + name);
        String kept = folder.resolve(name + ".kept").toString();
        Files.writeString(
                program,
                "#!/bin/sh\ncase $1 in\nstore) cat >" + kept + " ;;\nerase) rm " + kept + " ;;\n"
                        + "get) cat >/dev/null; cat " + kept + " 2>/dev/null"
                        + " || { echo credentials not found in native keychain; exit 1; } ;;\nesac\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    @DisplayName("S21: a login is kept as base64 in config.json, whose other keys stay, and forgotten again")
    void aLoginIsKeptInTheFile() throws IOException {
        configure(
                "{\"psFormat\":\"x\\ty\",\"plugins\":{\"a\":[1,true,null]},\"auths\":{\"other\":{\"auth\":\"YTpi\"}}}");

        assertThat(ask("host:1/x", "store", "host:1", "me", "se:cret")).isEqualTo(config.toString());

        assertThat(ask("host:1/x", "get", "host:1")).isEqualTo("me\0se:cret");
        assertThat(ask("other/x", "get", "other")).isEqualTo("a\0b");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(config).replaceAll("[\t\n ]", ""))
                .isEqualTo("{\"psFormat\":\"x\\u0009y\",\"plugins\":{\"a\":[1,true,null]},"
                        + "\"auths\":{\"other\":{\"auth\":\"YTpi\"},\"host:1\":{\"auth\":\"bWU6c2U6Y3JldA==\"}}}");
        ask("host:1", "erase", "host:1");
        assertThat(ask("host:1/x", "get", "host:1")).isEmpty();
        try (var files = Files.list(config.getParent())) {
            assertThat(files).containsExactly(config);
        }
    }

    @Test
    @DisplayName("S21: a login is found under a URL of its host, an identity token is told as one")
    void oldFormsAreFound() throws IOException {
        configure("{\"auths\":{\"https://host:1/v1/\":{\"auth\":\"YTpi\"},"
                + "\"token\":{\"auth\":\"YTo=\",\"identitytoken\":\"abc\"},\"bad\":{\"auth\":\"YQ==\"}}}");

        assertThat(ask("host:1/x", "get", "host:1")).isEqualTo("a\0b");
        assertThat(ask("token/x", "get", "token")).isEqualTo("<token>\0abc");
        assertThatThrownBy(() -> ask("bad/x", "get", "bad")).hasMessageContaining("invalid auth configuration file");
        configure("{");
        assertThatThrownBy(() -> ask("host/x", "store", "host", "a", "b")).hasMessageContaining(config.toString());
        assertThat(Files.readString(config)).isEqualTo("{");
    }

    @Test
    @DisplayName("S21: credsStore keeps all logins, credHelpers those of one registry, and config.json none of them")
    void helpersKeepLogins() throws IOException {
        helper("all");
        helper("one");
        configure("{\"credsStore\":\"all\",\"credHelpers\":{\"host\":\"one\",\"gone\":\"missing\"}}");

        assertThat(ask("host/x", "get", "host")).isEmpty();
        assertThat(ask("host/x", "store", "host", "me", "\"secret")).isEmpty();
        assertThat(ask("else/x", "store", "else", "you", "other")).isEmpty();

        assertThat(ask("host/x", "get", "host")).isEqualTo("me\0\"secret");
        assertThat(ask("else/x", "get", "else")).isEqualTo("you\0other");
        assertThat(folder.resolve("one.kept"))
                .content()
                .contains("\"ServerURL\": \"host\"")
                .contains("\"Username\": \"me\"");
        assertThat(config).content().doesNotContain("auth\"").contains("\"host\": {}");
        ask("host/x", "erase", "host");
        assertThat(ask("host/x", "get", "host")).isEmpty();
        assertThatThrownBy(() -> ask("gone/x", "get", "gone"))
                .hasMessage("error getting credentials - err: exec: \"docker-credential-missing\":"
                        + " executable file not found in $PATH, out: ``");
    }

    @Test
    @DisplayName("T23: an engine gets no login of a registry that the command does not name")
    void onlyNamedRegistriesAreTold() throws IOException {
        configure("{\"auths\":{\"host\":{\"auth\":\"YTpi\"},\"https://index.docker.io/v1/\":{\"auth\":\"YTpi\"}}}");

        assertThatThrownBy(() -> ask("busybox", "get", "host"))
                .hasMessage("not a registry that was given to this command");
        assertThat(ask("busybox", "get", "https://index.docker.io/v1/")).isEqualTo("a\0b");
        Logins ofPs = new Logins(Map.of("DOCKER_CONFIG", config.getParent().toString()), new String[] {"ps", "host"});
        assertThatThrownBy(() -> ofPs.answer("get\0host")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ofPs.answer("get\0https://index.docker.io/v1/"))
                .isInstanceOf(IOException.class);
    }
}
