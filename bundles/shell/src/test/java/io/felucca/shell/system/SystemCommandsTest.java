package io.felucca.shell.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.docker.json.InfoJson;
import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeImages;
import io.felucca.shell.FakeNetworks;
import io.felucca.shell.FakeVolumes;
import io.felucca.shell.door.DoorClient;
import io.felucca.shell.door.DoorClient.Result;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemCommandsTest {

    private final FakeImages images = new FakeImages();
    private final DoorClient client = new DoorClient(SystemCommands.functions(
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
        assertThat(client.run("system", "df", "-v", "--format", "x").code()).isEqualTo(1);
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
