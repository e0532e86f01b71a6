package io.felucca.shell.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.docker.json.system.InfoJson;
import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeImages;
import io.felucca.shell.FakeNetworks;
import io.felucca.shell.FakeVolumes;
import io.felucca.shell.remote.CommandClient;
import io.felucca.shell.remote.CommandClient.Result;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SystemCommandsTest {

    private final FakeImages images = new FakeImages();
    private final CommandClient client = new CommandClient(SystemCommands.functions(
            new InfoJson.Sources(
                    null,
                    null,
                    null,
                    null,
                    images,
                    new FakeContainers(),
                    new FakeNetworks(),
                    new FakeVolumes(),
                    null,
                    null),
            Clock.fixed(FakeContainers.NOW, ZoneOffset.UTC)));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void pruneListsWhatItRemovedAndSumsWhatCameBack() throws Exception {
        assertThat(client.run("system", "prune", "-f", "-a", "--filter", "label=x")
                        .succeeds()
                        .out())
                .isEqualTo("Deleted Containers:\nc1\nc2\n\nDeleted Networks:\nn1\n\nDeleted Images:\ndeleted: "
                        + FakeContainers.IMAGE + "\n\nTotal reclaimed space: 5.501MB\n");
        assertThat(images.calls).containsExactly("prune {label=[x], dangling=[false]}");
    }

    @Test
    void pruneTakesVolumesWhenAsked() throws Exception {
        assertThat(client.run("system", "prune", "-f", "--volumes").succeeds().out())
                .contains("\n\nDeleted Networks:\nn1\n\nDeleted Volumes:\nidle\n\nDeleted Images:\n");
        assertThat(client.run("system", "prune", "-f", "--volumes", "--filter", "until=1h"))
                .isEqualTo(new Result(1, "", "ERROR: The \"until\" filter is not supported with \"--volumes\"\n"));
    }

    @Test
    void pruneAsksFirstAndSaysWhatItWillRemove() throws Exception {
        client.input = "n\n";

        assertThat(client.run("system", "prune", "--filter", "label=x"))
                .isEqualTo(new Result(
                        1,
                        "WARNING! This will remove:\n  - all stopped containers\n"
                                + "  - all networks not used by at least one container\n  - all dangling images\n\n"
                                + "  Items to be pruned will be filtered with:\n  - label=x\n\n"
                                + "Are you sure you want to continue? [y/N] ",
                        ""));
    }

    @Test
    void dfCountsWhatIsUsedAndWhatCanComeBack() throws Exception {
        assertThat(client.run("system", "df").succeeds().out())
                .startsWith("TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE\nImages ")
                .contains("\nLocal Volumes   2         1         3.5kB     500B (14%)\n"
                        + "Build Cache     0         0         0B        0B\n");
        assertThat(client.run("system", "df", "--format", "{{.Type}} {{.Active}}")
                        .out())
                .contains("Local Volumes 1\n");
        assertThat(client.run("system", "df", "-v").succeeds().out())
                .startsWith("Images space usage:\n\nREPOSITORY   TAG ")
                .contains("\nContainers space usage:\n\nCONTAINER ID   IMAGE ");
    }

    /** The fields and their text forms are those that the docker command 28.2.2 wrote of dockerd 20.10.24. */
    @Test
    @DisplayName("system df -v --format: JSON and templates have all objects at once, as docker 28 has them")
    void dfTellsAllObjectsAtOnce() throws Exception {
        String all =
                client.run("system", "df", "-v", "--format", "json").succeeds().out();
        JsonNode json = new ObjectMapper().readTree(all);
        assertThat(json.fieldNames()).toIterable().containsExactly("Images", "Containers", "Volumes", "BuildCache");
        assertThat(json.path("BuildCache").isEmpty()).isTrue();
        assertThat(all).doesNotEndWith("\n").doesNotContain("<");
        assertThat(json.path("Images").path(0).fieldNames())
                .toIterable()
                .containsExactly(
                        "Containers",
                        "CreatedAt",
                        "CreatedSince",
                        "Digest",
                        "ID",
                        "Repository",
                        "SharedSize",
                        "Size",
                        "Tag",
                        "UniqueSize",
                        "VirtualSize");
        assertThat(json.path("Volumes").path(0).fieldNames())
                .toIterable()
                .containsExactly(
                        "Availability",
                        "Driver",
                        "Group",
                        "Labels",
                        "Links",
                        "Mountpoint",
                        "Name",
                        "Scope",
                        "Size",
                        "Status");
        assertThat(client.run("system", "df", "-v", "--format", "{{json .}}").out())
                .isEqualTo(all);
        assertThat(client.run("system", "df", "-v", "--format", "{{json .Images}}")
                        .out())
                .isEqualTo(
                        json.path("Images").toString().replace("<", "\\u003c").replace(">", "\\u003e"));
        assertThat(client.run("system", "df", "-v", "--format", "table").out())
                .isEqualTo(client.run("system", "df", "-v").out());
        assertThat(client.run("system", "df", "-v", "--format", "{{range .Volumes}}{{.Name}} {{.Links}};{{end}}")
                        .out())
                .isEqualTo("data 1;idle 0;");
        assertThat(client.run("system", "df", "-v", "--format", "{{.Nope}}"))
                .isEqualTo(new Result(
                        1,
                        "",
                        "template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type"
                                + " *formatter.diskUsageContext\n"));
        assertThat(client.run("system", "df", "-v", "--format", "{{").err())
                .isEqualTo("template parsing error: template: :1: unclosed action\n");
    }

    /** What the docker command 28.2.2 wrote of a container of dockerd 20.10.24, of which the JSON is cut here. */
    @Test
    void dfHasDockersFieldsOfAContainer() throws Exception {
        JsonNode usage = new ObjectMapper().readTree("""
                {"Containers": [{"Id": "17be021ea3a349864e823a48570bcfd600ad8270b1148c46bbf598e087b8e5fe",
                  "Names": ["/linked/al", "/uses"], "Image": "busybox", "Created": 1796227419, "State": "running",
                  "Status": "Up 1 second", "Command": "sh -c 'echo 12345 > /v/a; sleep 1000'", "SizeRw": 1234567,
                  "Labels": {"z": "y", "a": "b"}, "NetworkSettings": {"Networks": {"none": {}}},
                  "Mounts": [{"Type": "bind", "Source": "/tmp"},
                    {"Type": "volume", "Name": "c93a72f4437d6d7f85a689bd7e91b82877129cc2c784159a56f24c985aa0ca6c",
                     "Source": "/x", "Driver": "local"}]}]}
                """);
        Instant now = Instant.ofEpochSecond(1796227421);

        Map<String, Object> whole =
                new UsageRows(usage, Map.of(), now, false).containers().get(0);
        assertThat(whole.keySet())
                .containsExactlyInAnyOrder(
                        "Command",
                        "CreatedAt",
                        "ID",
                        "Image",
                        "Label",
                        "Labels",
                        "LocalVolumes",
                        "Mounts",
                        "Names",
                        "Networks",
                        "Platform",
                        "Ports",
                        "RunningFor",
                        "Size",
                        "State",
                        "Status");
        assertThat(whole)
                .containsEntry("ID", "17be021ea3a349864e823a48570bcfd600ad8270b1148c46bbf598e087b8e5fe")
                .containsEntry("Names", "linked/al,uses")
                .containsEntry("Command", "\"sh -c 'echo 12345 > /v/a; sleep 1000'\"")
                .containsEntry("Mounts", "/tmp,c93a72f4437d6d7f85a689bd7e91b82877129cc2c784159a56f24c985aa0ca6c")
                .containsEntry("LocalVolumes", "1")
                .containsEntry("Labels", "a=b,z=y")
                .containsEntry("RunningFor", "2 seconds ago")
                .containsEntry("Size", "1.23MB")
                .containsEntry("Networks", "none")
                .containsEntry("Platform", null);
        assertThat(new UsageRows(usage, Map.of(), now, true).containers().get(0))
                .containsEntry("ID", "17be021ea3a3")
                .containsEntry("Names", "uses")
                .containsEntry("Command", "\"sh -c 'echo 12345 >…\"")
                .containsEntry("Mounts", "/tmp,c93a72f4437d6d…");
    }

    @Test
    void inspectFindsWhateverHasTheName() throws Exception {
        assertThat(client.run("inspect", "-f", "{{.Name}} {{.Mountpoint}}", "data", "nope"))
                .isEqualTo(new Result(1, "data /volumes/data/_data\n", "Error: No such object: nope\n"));
        assertThat(client.run("inspect", "--type", "container", "data").err())
                .isEqualTo("Error response from daemon: No such container: data\n");
        assertThat(client.run("inspect", "--type", "volume", "nope").err())
                .isEqualTo("Error response from daemon: get nope: no such volume\n");
        assertThat(client.run("inspect", "--type", "cow", "data").err())
                .isEqualTo("unknown type: \"cow\": must be one of \"container\", \"image\", \"network\", \"volume\"\n");
    }
}
