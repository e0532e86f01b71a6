package io.felucca.embedding.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.felucca.FeluccaException;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.HostConfig;
import io.felucca.containers.MountSpec;
import io.felucca.embedding.CommandResult;
import io.felucca.embedding.LogLine;
import io.felucca.networks.PortBinding;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ContainerRequestTest {

    private static ContainerRequest request() {
        return new ContainerRequest(null, "busybox");
    }

    @Test
    @DisplayName("What is not said is Docker's default")
    void defaults() {
        ContainerSpec spec = request().spec();
        assertThat(spec.hostConfig()).isEqualTo(HostConfig.DEFAULT);
        assertThat(spec.config().image()).isEqualTo("busybox");
        assertThat(spec.config().cmd()).isNull();
        assertThat(spec.config().entrypoint()).isNull();
    }

    @Test
    @DisplayName("What is said is in the spec")
    void allIsSaid() {
        ContainerSpec spec = request()
                .name("web")
                .command("httpd", "-f")
                .entrypoint()
                .environment("A", "b=c")
                .workingDirectory("/srv")
                .user("1:2")
                .hostname("host")
                .label("k", "v")
                .publish(8080, 80)
                .publish("127.0.0.1", 0, 80)
                .volume("data", "/data")
                .bindReadOnly(Path.of("/etc/hosts"), "/hosts")
                .tmpfs("/tmp")
                .network("none")
                .memory(64 << 20)
                .cpus(1.5)
                .restart("always")
                .readOnly()
                .autoRemove()
                .spec();
        assertThat(spec.name()).isEqualTo("web");
        assertThat(spec.config().cmd()).containsExactly("httpd", "-f");
        assertThat(spec.config().entrypoint()).containsExactly("");
        assertThat(spec.config().env()).containsExactly("A=b=c");
        assertThat(spec.config().workingDir()).isEqualTo("/srv");
        assertThat(spec.config().user()).isEqualTo("1:2");
        assertThat(spec.config().hostname()).isEqualTo("host");
        assertThat(spec.config().labels()).containsEntry("k", "v");
        assertThat(spec.config().exposedPorts()).containsExactly("80/tcp");
        HostConfig host = spec.hostConfig();
        assertThat(host.portBindings())
                .containsEntry("80/tcp", List.of(new PortBinding("", "8080"), new PortBinding("127.0.0.1", "")));
        assertThat(host.mounts())
                .extracting(MountSpec::type, MountSpec::source, MountSpec::target, MountSpec::readOnly)
                .containsExactly(
                        tuple("volume", "data", "/data", false),
                        tuple("bind", "/etc/hosts", "/hosts", true),
                        tuple("tmpfs", "", "/tmp", false));
        assertThat(host.networkMode()).isEqualTo("none");
        assertThat(host.resources().memory()).isEqualTo(64 << 20);
        assertThat(host.resources().nanoCpus()).isEqualTo(1_500_000_000);
        assertThat(host.restartPolicy().name()).isEqualTo("always");
        assertThat(host.readonlyRootfs()).isTrue();
        assertThat(host.autoRemove()).isTrue();
    }

    @Test
    @DisplayName("Changes of the spec are made in turn, and the builder makes the same again")
    void changes() {
        var request = request()
                .adjust(spec -> new ContainerSpec(spec.name() + "a", "", spec.config(), spec.hostConfig()))
                .adjust(spec -> new ContainerSpec(spec.name() + "b", "", spec.config(), spec.hostConfig()));
        assertThat(request.spec().name()).isEqualTo("ab");
        assertThat(request.spec().name()).isEqualTo("ab");
    }

    @Test
    @DisplayName("Of what a program writes the first bytes are kept")
    void outputIsBounded() {
        CollectedOutput output = new CollectedOutput();
        byte[] chunk = "x".repeat(CommandResult.OUTPUT_MAX - 1).getBytes(StandardCharsets.UTF_8);
        output.write(false, chunk, 0, chunk.length);
        assertThat(output.result(0).cut()).isFalse();
        output.write(false, "yz".getBytes(StandardCharsets.UTF_8), 0, 2);
        output.write(true, "bad\n".getBytes(StandardCharsets.UTF_8), 0, 4);
        CommandResult result = output.result(3);
        assertThat(result.stdout()).hasSize(CommandResult.OUTPUT_MAX).endsWith("xy");
        assertThat(result.cut()).isTrue();
        assertThatThrownBy(result::requireSuccess)
                .isInstanceOf(FeluccaException.class)
                .hasMessage("the program ended with exit code 3: bad");
    }

    @Test
    @DisplayName("A log line has no line end, and a part of a long one says that it goes on")
    void logLines() {
        assertThat(EmbeddedContainer.line(Instant.EPOCH, true, "a\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new LogLine(Instant.EPOCH, true, "a", false));
        assertThat(EmbeddedContainer.line(Instant.EPOCH, false, "a".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new LogLine(Instant.EPOCH, false, "a", true));
    }
}
