package io.felucca.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.PruneType;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.JavaClient;
import io.felucca.testkit.network.NetworkBench;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** B13: docker-java's commands on networks and published ports; and that no command of it is left out here. */
@Timeout(180)
@DisplayName("B13: docker-java, networks")
class DockerJavaNetworkIT {

    private static final Pattern SWARM =
            Pattern.compile(".*(Swarm|Service|Secret|Config|Task)[A-Za-z]*Cmd|listTasksCmd|logTaskCmd");

    private static final NetworkBench bench = new NetworkBench();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "fl0", "--bip", "10.77.0.1/16")
            .startedBy("nsenter", "--net=" + bench.host());

    private static DockerClient docker;

    @BeforeAll
    static void connect() {
        docker = JavaClient.on(engine.host());
    }

    @AfterAll
    static void disconnect() throws IOException {
        docker.close();
        bench.close();
    }

    private static String start(String name, HostConfig host, String... command) {
        String id = docker.createContainerCmd("busybox")
                .withName(name)
                .withCmd(command)
                .withExposedPorts(ExposedPort.tcp(80))
                .withHostConfig(host)
                .exec()
                .getId();
        docker.startContainerCmd(id).exec();
        return id;
    }

    private static Map<String, ContainerNetwork> networks(String id) {
        return docker.inspectContainerCmd(id).exec().getNetworkSettings().getNetworks();
    }

    @Test
    @DisplayName(
            "createNetwork, inspectNetwork, listNetworks, connectToNetwork, disconnectFromNetwork, removeNetwork, prune")
    void networks() {
        String network = docker.createNetworkCmd()
                .withName("apart")
                .withDriver("bridge")
                .withIpam(new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet("10.99.3.0/24")))
                .withLabels(Map.of("kind", "test"))
                .withInternal(true)
                .exec()
                .getId();
        assertThatThrownBy(() -> docker.createNetworkCmd().withName("apart").exec())
                .isInstanceOf(DockerException.class)
                .hasMessageContaining("network with name apart already exists");
        Network seen = docker.inspectNetworkCmd().withNetworkId("apart").exec();
        assertThat(seen.getId()).isEqualTo(network);
        assertThat(seen.getInternal()).isTrue();
        assertThat(seen.getLabels()).containsEntry("kind", "test");
        assertThat(seen.getIpam().getConfig())
                .singleElement()
                .satisfies(pool -> assertThat(pool.getSubnet()).isEqualTo("10.99.3.0/24"));
        assertThat(docker.listNetworksCmd().withNameFilter("apart").exec()).hasSize(1);
        assertThat(docker.listNetworksCmd()
                        .withFilter("driver", List.of("bridge"))
                        .exec())
                .extracting(Network::getName)
                .containsExactlyInAnyOrder("bridge", "apart");

        String id = start("one", HostConfig.newHostConfig(), "sleep", "1000");
        docker.connectToNetworkCmd()
                .withContainerId(id)
                .withNetworkId(network)
                .withContainerNetwork(new ContainerNetwork()
                        .withAliases("other")
                        .withIpv4Address("10.99.3.9")
                        .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address("10.99.3.9")))
                .exec();
        assertThat(networks(id)).containsOnlyKeys("bridge", "apart");
        assertThat(networks(id).get("apart").getIpAddress()).isEqualTo("10.99.3.9");
        assertThat(networks(id).get("apart").getAliases()).contains("other");
        assertThat(docker.inspectNetworkCmd().withNetworkId(network).exec().getContainers())
                .containsOnlyKeys(id);
        assertThatThrownBy(() -> docker.removeNetworkCmd(network).exec()).isInstanceOf(DockerException.class);
        docker.disconnectFromNetworkCmd()
                .withContainerId(id)
                .withNetworkId(network)
                .exec();
        assertThat(networks(id)).containsOnlyKeys("bridge");
        docker.removeNetworkCmd(network).exec();
        assertThatThrownBy(
                        () -> docker.inspectNetworkCmd().withNetworkId(network).exec())
                .isInstanceOf(NotFoundException.class);
        docker.createNetworkCmd().withName("unused").exec();
        docker.pruneCmd(PruneType.NETWORKS).exec();
        assertThat(docker.listNetworksCmd().exec())
                .extracting(Network::getName)
                .containsExactlyInAnyOrder("bridge", "host", "none");
    }

    @Test
    @DisplayName("a published port is shown by inspect and list, and reached; volumes are pruned")
    void publishedPort() {
        String id = start(
                "web",
                HostConfig.newHostConfig()
                        .withPortBindings(
                                new PortBinding(Ports.Binding.bindIpAndPort("127.0.0.1", 8089), ExposedPort.tcp(80))),
                "httpd",
                "-f",
                "-h",
                "/etc");
        assertThat(docker.inspectContainerCmd(id)
                        .exec()
                        .getNetworkSettings()
                        .getPorts()
                        .getBindings()
                        .get(ExposedPort.tcp(80)))
                .containsExactly(Ports.Binding.bindIpAndPort("127.0.0.1", 8089));
        assertThat(docker.listContainersCmd().exec())
                .singleElement()
                .satisfies(container -> assertThat(container.getPorts())
                        .singleElement()
                        .satisfies(port -> assertThat(port.getPublicPort()).isEqualTo(8089)));
        EngineUnderTest.await()
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(get("http://127.0.0.1:8089/os-release")).contains("Felucca test"));
        docker.createVolumeCmd().exec();
        docker.pruneCmd(PruneType.VOLUMES).exec();
    }

    private static String get(String address) {
        return bench.inHost(() -> {
            try (var answer = new URL(address).openStream()) {
                return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    @Test
    @DisplayName("each command of docker-java that is not swarm's is called by a test")
    void noneIsLeftOut() throws IOException {
        StringBuilder tests = new StringBuilder();
        try (var sources =
                Files.newDirectoryStream(Path.of("src/test/java/io/felucca/itests/clients"), "DockerJava*IT.java")) {
            for (Path source : sources) {
                tests.append(Files.readString(source).replaceAll("\\s+", ""));
            }
        }
        Set<String> left = Arrays.stream(DockerClient.class.getMethods())
                .map(Method::getName)
                .filter(name -> name.endsWith("Cmd") && !SWARM.matcher(name).matches())
                .filter(name -> tests.indexOf("docker." + name + "(") < 0)
                .collect(Collectors.toSet());
        assertThat(left).isEmpty();
    }
}
