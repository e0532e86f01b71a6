package io.felucca.itests.api;

import static io.felucca.itests.fixture.EngineUnderTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.Answer;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.RawClient;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** B13: bodies that clients send, with fields absent, null, at their defaults and in other letters, beside dockerd. */
@Timeout(300)
class RequestBodyIT {

    @RegisterExtension
    static final EngineUnderTest engine =
            EngineUnderTest.withBusybox("--bridge", "felucca0").startedBy("unshare", "-n");

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    private static final String BASE = "'Image':'busybox','Cmd':['sleep','1000']";

    /** Fields of a create beside {@link #BASE}. Each is one that a client was seen to send. */
    private static final List<String> CREATED = List.of(
            "'HostConfig':null",
            "'HostConfig':{'NetworkMode':null,'Isolation':'default','ConsoleSize':[0,0]}",
            "'HostConfig':{'NetworkMode':'container:other'}",
            "'Hostname':null,'HostConfig':{'NetworkMode':'container:other'}",
            "'HostConfig':{'nanocpus':500000000,'MEMORY':10000000,'PortBindings':{'80/tcp':null}}",
            "'labels':{'a':null,'B':'c'},'ENV':['A=1'],'workingdir':'/w','exposedports':{'80/tcp':null}",
            "'HostConfig':{'Binds':[]}",
            "'HostConfig':{'Binds':null,'Tmpfs':{'/t':null}}",
            "'HostConfig':{'Mounts':[{'Type':'volume','Target':'/v','VolumeOptions':{'Labels':null,'DriverConfig':null}}]}",
            "'HostConfig':{'LogConfig':{'Type':'','Config':null},'RestartPolicy':{'Name':''},'Ulimits':null,'Devices':null}",
            "'Healthcheck':null,'Volumes':{'/v':null},'Entrypoint':null,'StopSignal':null,'StopTimeout':null",
            "'NetworkingConfig':null",
            "'NetworkingConfig':{'EndpointsConfig':null}",
            "'NetworkingConfig':{'EndpointsConfig':{'bridge':{'IPAMConfig':{'LinkLocalIPs':[]},'Links':null,'Aliases':null}}}");

    private static Answer ask(Path socket, String method, String target, String body) {
        return Answer.of(RawClient.ask(socket, method, "/v1.41" + target, body.replace('\'', '"')));
    }

    private static String made(Path socket, String target, String body) {
        Answer answer = ask(socket, "POST", target, body);
        assertThat(answer.status()).as(body + ": " + answer.body()).isEqualTo(201);
        return json(answer.body()).path("Id").textValue();
    }

    private static JsonNode inspected(Path socket, String target) {
        Answer answer = ask(socket, "GET", target, "");
        assertThat(answer.status()).as(target + ": " + answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    private static void begin(Path socket) {
        made(socket, "/containers/create?name=other", "{" + BASE + "}");
        assertThat(ask(socket, "POST", "/containers/other/start", "").status()).isEqualTo(204);
    }

    /** What a body has made of a container, without what differs by nature. */
    private static String shown(Path socket, String fields) {
        Answer answer = ask(socket, "POST", "/containers/create", "{" + BASE + "," + fields + "}");
        if (answer.status() != 201) {
            return answer.status() + " " + answer.body();
        }
        String id = json(answer.body()).path("Id").textValue();
        JsonNode root = inspected(socket, "/containers/" + id + "/json");
        JsonNode host = root.path("HostConfig");
        StringBuilder shown = new StringBuilder();
        for (String field :
                List.of("Domainname", "Env", "Labels", "WorkingDir", "ExposedPorts", "Volumes", "StopSignal")) {
            shown.append(root.path("Config").path(field)).append(' ');
        }
        for (String field :
                List.of("NetworkMode", "NanoCpus", "Memory", "Binds", "Tmpfs", "ConsoleSize", "LogConfig")) {
            shown.append(host.path(field)).append(' ');
        }
        assertThat(ask(socket, "DELETE", "/containers/" + id + "?v=1", "").status())
                .isEqualTo(204);
        String other = inspected(socket, "/containers/other/json").path("Id").textValue();
        return shown.toString()
                .replace(id.substring(0, 12), "<id>")
                .replace(other, "<other>")
                .replace(other.substring(0, 12), "<other>");
    }

    @Test
    @DisplayName("B13: bodies of create are read as dockerd reads them, and none ends in an error of the engine")
    void createdAlike() {
        begin(engine.socket());
        begin(daemon.socket());
        SoftAssertions all = new SoftAssertions();
        for (String fields : CREATED) {
            all.assertThat(shown(engine.socket(), fields)).as(fields).isEqualTo(shown(daemon.socket(), fields));
        }
        all.assertAll();
    }

    @Test
    @DisplayName("B13: names of fields of execs, networks, volumes and connects match in any letters")
    void otherBodies() {
        for (Path socket : List.of(engine.socket(), daemon.socket())) {
            begin(socket);
            Answer wrong = ask(socket, "POST", "/containers/other/exec", "{'cmd':['true'],'detachKeys':'ctrl-;'}");
            assertThat(wrong.status()).as(wrong.body()).isIn(400, 500);
            assertThat(wrong.body()).contains("Invalid escape keys (ctrl-;) provided");
            made(
                    socket,
                    "/containers/other/exec",
                    "{'CMD':['true'],'Env':null,'ConsoleSize':null,'DetachKeys':'ctrl-a'}");

            made(
                    socket,
                    "/networks/create",
                    "{'name':'folded','labels':{'a':null},'IPAM':null,'ConfigFrom':{'Network':''}}");
            JsonNode network = inspected(socket, "/networks/folded");
            assertThat(network.path("Labels").toString()).isEqualTo("{\"a\":\"\"}");
            assertThat(network.path("IPAM").path("Options").isNull()).isTrue();
            String connect = "{'container':'other','endpointconfig':{'ALIASES':['called']}}";
            assertThat(ask(socket, "POST", "/networks/folded/connect", connect).status())
                    .isEqualTo(200);
            assertThat(inspected(socket, "/containers/other/json")
                            .at("/NetworkSettings/Networks/folded/Aliases")
                            .toString())
                    .contains("\"called\"");
            assertThat(ask(socket, "POST", "/networks/folded/disconnect", "{'CONTAINER':'other','FORCE':null}")
                            .status())
                    .isEqualTo(200);
            assertThat(ask(socket, "DELETE", "/networks/folded", "").status()).isEqualTo(204);

            Answer volume =
                    ask(socket, "POST", "/volumes/create", "{'name':'folded','Labels':{'x':null},'driveropts':null}");
            assertThat(json(volume.body()).path("Labels").toString()).isEqualTo("{\"x\":\"\"}");
            assertThat(ask(socket, "DELETE", "/volumes/folded", "").status()).isEqualTo(204);
            assertThat(ask(socket, "POST", "/containers/other/update", "{'cpushares':100,'RestartPolicy':null}")
                            .status())
                    .isEqualTo(200);
            assertThat(inspected(socket, "/containers/other/json")
                            .at("/HostConfig/CpuShares")
                            .intValue())
                    .isEqualTo(100);
        }
    }

    @Test
    @DisplayName("B13: a container that has just ended can be committed, thirty times of thirty")
    void justEnded() {
        String id = made(engine.socket(), "/containers/create?name=ends", "{'Image':'busybox','Cmd':['true']}");
        for (int i = 0; i < 30; i++) {
            assertThat(ask(engine.socket(), "POST", "/containers/ends/start", "")
                            .status())
                    .isEqualTo(204);
            Answer committed = ask(engine.socket(), "POST", "/commit?container=" + id, "");
            assertThat(committed.status()).as(committed.body()).isEqualTo(201);
            String image = json(committed.body()).path("Id").textValue();
            assertThat(ask(engine.socket(), "POST", "/containers/ends/wait", "").status())
                    .isEqualTo(200);
            assertThat(ask(engine.socket(), "DELETE", "/images/" + image, "").status())
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("B13: what was asked for and what an image was made from is shown as dockerd shows it")
    void shapesAreDockerds() {
        List<String> both = new ArrayList<>();
        for (Path socket : List.of(engine.socket(), daemon.socket())) {
            StringBuilder told = new StringBuilder();
            String body = "{" + BASE
                    + ",'MacAddress':'02:42:ac:11:00:99','Env':['A=b'],'Volumes':{'/v':{}},'Labels':{'x':'y'}}";
            String id = made(socket, "/containers/create?name=mac", body);
            told.append(inspected(socket, "/containers/mac/json").at("/Config/MacAddress"));
            Answer unpaused = ask(socket, "POST", "/containers/mac/unpause", "");
            told.append(' ').append(unpaused.status()).append(unpaused.body().strip());

            String image = json(ask(socket, "POST", "/commit?container=mac", "").body())
                    .path("Id")
                    .textValue();
            JsonNode committed = inspected(socket, "/images/" + image + "/json");
            told.append(' ').append(committed.path("Container"));
            for (String field : List.of("Env", "Cmd", "Volumes", "Entrypoint", "Labels", "ExposedPorts")) {
                told.append(' ').append(committed.path("ContainerConfig").path(field));
            }
            assertThat(ask(socket, "DELETE", "/images/" + image, "").status()).isEqualTo(200);

            String endpoint = "{" + BASE + ",'NetworkingConfig':{'EndpointsConfig':{'bridge':"
                    + "{'MacAddress':'02:42:ac:11:00:98'}}}}";
            made(socket, "/containers/create?name=end", endpoint);
            told.append(' ')
                    .append(inspected(socket, "/containers/end/json")
                            .at("/NetworkSettings/Networks/bridge/MacAddress"));
            told.append(' ')
                    .append(ask(socket, "POST", "/containers/create", "{'Image':'no/such'}")
                            .body()
                            .strip());
            both.add(told.toString().replace(id, "<id>"));
        }
        assertThat(both.get(0)).isEqualTo(both.get(1));
        Answer later = Answer.of(RawClient.ask(engine.socket(), "GET", "/v1.51/images/busybox/json", ""));
        assertThat(json(later.body()).has("ContainerConfig"))
                .as("docker-compose 1.29 reads it")
                .isTrue();
        Answer version = ask(engine.socket(), "GET", "/version", "");
        assertThat(json(version.body()).path("Version").textValue().split("\\."))
                .hasSize(3);
    }

    @Test
    @DisplayName("B13: a container is reached by its own hostname on a user's network, and its aliases say so")
    void hostNamesResolve() {
        for (Path socket : List.of(engine.socket(), daemon.socket())) {
            made(socket, "/networks/create", "{'Name':'hosts'}");
            String network = ",'HostConfig':{'NetworkMode':'hosts'}";
            made(socket, "/containers/create?name=plain", "{'Hostname':'special'," + BASE + network + "}");
            assertThat(ask(socket, "POST", "/containers/plain/start", "").status())
                    .isEqualTo(204);
            String asks = "{'Image':'busybox','Cmd':['nslookup','special']" + network + "}";
            made(socket, "/containers/create?name=asks", asks);
            assertThat(ask(socket, "POST", "/containers/asks/start", "").status())
                    .isEqualTo(204);
            Answer ended = ask(socket, "POST", "/containers/asks/wait", "");
            assertThat(json(ended.body()).path("StatusCode").intValue())
                    .as(ask(socket, "GET", "/containers/asks/logs?stdout=1&stderr=1", "")
                            .body())
                    .isZero();
            JsonNode shown = inspected(socket, "/containers/plain/json");
            assertThat(shown.at("/NetworkSettings/Networks/hosts/Aliases").toString())
                    .isEqualTo("[\"" + shown.path("Id").textValue().substring(0, 12) + "\",\"special\"]");
            for (String name : List.of("plain", "asks")) {
                assertThat(ask(socket, "DELETE", "/containers/" + name + "?force=1", "")
                                .status())
                        .isEqualTo(204);
            }
            assertThat(ask(socket, "DELETE", "/networks/hosts", "").status()).isEqualTo(204);
        }
    }
}
