package io.felucca.docker.json.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.felucca.FeluccaException;
import io.felucca.containers.ContainerSpec;
import io.felucca.docker.json.CapturedJsonTest;
import io.felucca.docker.json.DockerJson;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.PortBinding;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateJsonTest {

    @Test
    void theDockerCommandsOwnBodyIsAccepted() throws IOException {
        ContainerSpec spec = CreateJson.read(CapturedJsonTest.read("create-by-docker-28.2.2.json"), "/web", "");

        assertThat(spec.name()).isEqualTo("web");
        assertThat(spec.config().cmd()).isEqualTo(List.of("sh"));
        assertThat(spec.config().entrypoint()).isNull();
        assertThat(spec.hostConfig().resources().memory()).isEqualTo(5L << 20);
        assertThat(spec.hostConfig().networkMode()).isEqualTo("default");
        assertThat(spec.hostConfig().maskedPaths()).isNull();
    }

    @Test
    void networksAndPortsAreRead() throws JsonProcessingException {
        ContainerSpec spec = read("""
            {"HostConfig":{"NetworkMode":"n","PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}],"81":[]},
            "PublishAllPorts":true,"Links":["db:d"]},"MacAddress":"02:42:ac:11:00:09",
            "NetworkingConfig":{"EndpointsConfig":{"n":{"IPAMConfig":{"IPv4Address":"10.0.0.9"},"Aliases":["w"]},"m":{}}}}
            """);

        assertThat(spec.hostConfig().portBindings())
                .containsEntry("80/tcp", List.of(new PortBinding("127.0.0.1", "8080")))
                .containsEntry("81/tcp", List.of());
        assertThat(spec.hostConfig().publishAllPorts()).isTrue();
        assertThat(spec.hostConfig().links()).containsExactly("db:d");
        assertThat(spec.endpoints())
                .containsEntry("n", new EndpointSpec("10.0.0.9", "", null, List.of("w"), "02:42:ac:11:00:09", null))
                .containsEntry("m", EndpointSpec.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"NetworkDisabled\":true}|NetworkDisabled",
                "{\"HostConfig\":{\"DeviceRequests\":[{\"Count\":-1}]}}|HostConfig.DeviceRequests",
                "{\"Brandnew\":\"x\"}|Brandnew",
                "{\"NetworkingConfig\":{\"EndpointsConfig\":{\"n\":{\"Odd\":1}}}}|EndpointConfig.Odd",
                "{\"NetworkingConfig\":{\"EndpointsConfig\":{\"n\":{\"IPAMConfig\":{\"LinkLocalIPs\":[\"x\"]}}}}}|EndpointConfig.IPAMConfig.LinkLocalIPs"
            })
    void whatTheEngineDoesNotActOnIsRefusedByName(String body, String field) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(FeluccaException.class)
                .hasMessage(field + " is not supported yet: leave it out")
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(FeluccaException.Kind.UNSUPPORTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|invalid JSON: the body must be a container's configuration",
                "{\"Cmd\":5}|invalid JSON: Cmd must be a list of texts",
                "{\"Tty\":\"yes\"}|invalid JSON: Tty must be true or false",
                "{\"HostConfig\":{\"Memory\":1.5}}|invalid JSON: HostConfig.Memory must be a whole number",
                "{\"HostConfig\":{\"Ulimits\":{}}}|invalid JSON: HostConfig.Ulimits must be a list of objects",
                "{\"Labels\":{\"a\":1}}|invalid JSON: Labels must be an object of texts",
                "{\"StopTimeout\":99999999999}|invalid JSON: StopTimeout must be a number of 32 bits"
            })
    void wrongShapesAreNamed(String body, String message) {
        assertThatThrownBy(() -> read(body))
                .hasMessage(message)
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(FeluccaException.Kind.INVALID);
    }

    @Test
    void aBodyWithoutAnImageHasAnEmptyOne() throws JsonProcessingException {
        assertThat(read("{}").config().image()).isEmpty();
    }

    @Test
    @DisplayName("B13: fields that clients send at their defaults are accepted, in any case of their letters")
    void defaultsAreAccepted() throws JsonProcessingException {
        ContainerSpec spec = read("""
            {"Image":"i","Runtime":"runc","labels":{"a":null},"MacAddress":null,"HostConfig":{"Isolation":"default",
            "nanoCPUs":5,"ConsoleSize":[0,0],"PortBindings":{"80/tcp":null},"RestartPolicy":{"Name":""},
            "NetworkMode":"n"},"NetworkingConfig":{"EndpointsConfig":{"n":{"IPAMConfig":{"LinkLocalIPs":[]}},"m":null}}}
            """);

        assertThat(spec.config().hostname()).isEmpty();
        assertThat(spec.config().labels()).containsEntry("a", "");
        assertThat(spec.hostConfig().runtime()).isEqualTo("runc");
        assertThat(spec.hostConfig().resources().nanoCpus()).isEqualTo(5);
        assertThat(spec.hostConfig().portBindings()).containsEntry("80/tcp", List.of());
        assertThat(spec.endpoints()).containsOnlyKeys("m");
        assertThat(read("{\"Runtime\":\"a\",\"HostConfig\":{\"Runtime\":\"b\"}}")
                        .hostConfig()
                        .runtime())
                .isEqualTo("b");
    }

    @Test
    void isolationsOfWindowsAreRefused() {
        assertThatThrownBy(() -> read("{\"HostConfig\":{\"Isolation\":\"hyperv\"}}"))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID));
    }

    @Test
    void anEmptyEntrypointIsKeptApartFromNone() throws JsonProcessingException {
        assertThat(read("{\"Entrypoint\":[]}").config().entrypoint()).isEmpty();
        assertThat(read("{\"Entrypoint\":null}").config().entrypoint()).isNull();
        assertThat(read("{\"Entrypoint\":\"sh\"}").config().entrypoint()).containsExactly("sh");
    }

    private static ContainerSpec read(String body) throws JsonProcessingException {
        return CreateJson.read(DockerJson.mapper().readTree(body), "", "");
    }
}
