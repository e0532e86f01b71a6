package io.felucca.itests.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.docker.RegistryComparison;
import io.felucca.itests.fixture.docker.RegistryComparison.Asked;
import io.felucca.itests.fixture.servers.RegistryFront;
import io.felucca.itests.fixture.servers.RegistryServer;
import io.felucca.itests.fixture.servers.TokenFront;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that need a registry, side by side: docker with dockerd 20.10, docker with the engine, and felucca. */
@Timeout(600)
class RegistryComparisonIT {

    @TempDir
    static Path folder;

    private static RegistryComparison engines;

    @BeforeAll
    static void start() throws Exception {
        engines = new RegistryComparison(folder);
    }

    @AfterAll
    static void stop() {
        if (engines != null) {
            engines.close();
        }
    }

    @AfterEach
    void removeContainers() {
        engines.removeContainers();
    }

    @Test
    @DisplayName("S13, S14, S19: pull, of tags, digests, platforms and what is here, in dockerd's words")
    void pulls() {
        engines.compare("""
            pull PLAIN/multi:1
            pull PLAIN/multi:1
            pull -q PLAIN/multi:1
            images --digests PLAIN/multi --format '{{.Repository}} {{.Tag}} {{.Digest}} {{.ID}}'
            rmi PLAIN/multi:1
            pull -a -q PLAIN/app
            pull -a PLAIN/app:1
            rmi PLAIN/app:1 PLAIN/app:2 PLAIN/app:list
            pull --platform linux/amd64 PLAIN/app:list
            rmi PLAIN/app:list
            pull --platform linux/arm64 PLAIN/app:list
            pull PLAIN/app:arm
            pull --platform bogus PLAIN/app:1
            pull --platform linux/amd64/v8/x PLAIN/app:1
            images -q
            """);
    }

    @Test
    @DisplayName("S19: what is pulled by its digest is listed, run and removed by it")
    void digests() throws Exception {
        String digest = engines.digest("app", "1");
        engines.compare("""
            pull PLAIN/app@DIGEST
            pull PLAIN/app@DIGEST
            images --digests --format '{{.Repository}} {{.Tag}} {{.Digest}}'
            images --format '{{.Repository}} {{.Tag}}'
            run --rm --network none PLAIN/app@DIGEST echo here
            tag PLAIN/app@DIGEST PLAIN/app:x
            images --digests --format '{{.Repository}} {{.Tag}} {{.Digest}}'
            rmi PLAIN/app@DIGEST
            images --digests --format '{{.Repository}} {{.Tag}} {{.Digest}}'
            rmi PLAIN/app:x
            rmi PLAIN/app@DIGEST
            pull PLAIN/app@NEVER
            """.replace("DIGEST", digest));
    }

    @Test
    @DisplayName(
            "S13, S17, S19: bad references, unknown hosts, refused connections and missing images are said as dockerd"
                    + " does")
    void whatCannotBePulled() {
        engines.compare("""
            pull PLAIN/none:1
            pull PLAIN/none
            pull -a PLAIN/none
            pull 127.0.0.1:1/x
            pull nohost.invalid/x
            pull nohost.invalid:5000/x:1
            pull a:b:c
            pull PLAIN/app:
            pull scratch
            pull ''
            push PLAIN/none
            push -a PLAIN/none
            push -a PLAIN/none:1
            push a:b:c
            login -u u -p p 127.0.0.1:1
            login -u u -p p nohost.invalid
            run --rm --network none PLAIN/none:1
            run --rm --network none nohost.invalid/x
            run --rm --network none --pull never PLAIN/app:1
            create nohost.invalid/x
            run --rm --network none PLAIN/app:arm
            create PLAIN/app:arm
            ps -aq
            """);
    }

    @Test
    @DisplayName("S19, S20: a registry that refuses, limits or fails ends a pull with dockerd's line")
    void statuses() {
        engines.compare("""
            pull INDEX/s401/app:1
            pull INDEX/s403/app:1
            pull INDEX/s404/app:1
            pull INDEX/s429/app:1
            pull INDEX/s500/app:1
            pull INDEX/s503/app:1
            pull -a INDEX/s403/app
            pull -a INDEX/s404/app
            pull -a INDEX/s500/app
            pull INDEX/e400/app:1
            pull INDEX/e401/app:1
            pull INDEX/e403/app:1
            pull INDEX/e404/app:1
            pull -a INDEX/e404/app
            pull INDEX/e429/app:1
            pull INDEX/e500/app:1
            pull INDEX/h401/app:1
            pull INDEX/h404/app:1
            pull INDEX/w401/app:1
            pull -a INDEX/w401/app
            pull INDEX/w403/app:1
            run --rm --network none INDEX/s403/app:1
            run --rm --network none INDEX/s500/app:1
            run --rm --network none INDEX/e404/app:1
            run --rm --network none INDEX/w401/app:1
            """);
    }

    @Test
    @DisplayName("S19, S20: a registry that refuses ends a push with dockerd's line")
    void refusedPushes() {
        List<String> places = List.of("s401", "s403", "s429", "e401", "e403", "e404", "e429", "h403", "w401");
        StringBuilder script = new StringBuilder("pull -q PLAIN/app:1\n");
        places.forEach(place -> script.append("tag PLAIN/app:1 INDEX/" + place + "/app:1\n")
                .append("push INDEX/" + place + "/app:1\n")
                .append("rmi INDEX/" + place + "/app:1\n"));
        engines.compare(script + "rmi PLAIN/app:1\n");
    }

    @Test
    @DisplayName("S14, S19, S99: run and create pull what is missing, always or never, in dockerd's words")
    void runAndCreate() {
        engines.compare("""
            run --rm --network none PLAIN/multi:1 cat /file4
            run --rm --network none PLAIN/multi:1 cat /file4
            run --rm --network none --pull always PLAIN/multi:1 cat /file1
            run --rm --network none --pull missing PLAIN/multi:1 cat /file1
            run --rm --network none --pull never PLAIN/multi:1 cat /file1
            rmi PLAIN/multi:1
            run --rm --network none -q PLAIN/multi:1 cat /file4
            rmi PLAIN/multi:1
            create --pull bogus PLAIN/multi:1
            """);
    }

    @Test
    @DisplayName("S19: push, of one tag and of all, to a repository without the layers and with them")
    void pushes() {
        engines.compare("""
            pull -q PLAIN/multi:1
            tag PLAIN/multi:1 PLAIN/MINE:1
            tag PLAIN/multi:1 PLAIN/MINE:2
            push PLAIN/MINE:1
            push PLAIN/MINE:1
            push -a PLAIN/MINE
            push -q PLAIN/MINE:2
            push PLAIN/MINE
            push PLAIN/MINE@NEVER
            tag PLAIN/multi:1 127.0.0.1:1/x:1
            push 127.0.0.1:1/x:1
            tag PLAIN/multi:1 nohost.invalid/x:1
            push nohost.invalid/x:1
            tag PLAIN/multi:1 TLS/MINE:1
            push TLS/MINE:1
            rmi PLAIN/multi:1 PLAIN/MINE:1 PLAIN/MINE:2 127.0.0.1:1/x:1 nohost.invalid/x:1 TLS/MINE:1
            pull TLS/MINE:1
            rmi TLS/MINE:1
            """);
    }

    private static String ok(Asked asked, String line) {
        String told = engines.told(asked, line);
        assertThat(told).as("%s: %s", asked, line).startsWith("exit 0\n");
        return told;
    }

    /** An image with a layer that this engine made itself. */
    private static void makeAndPush(Asked asked, String image) {
        ok(asked, "run --name made --network none PLAIN/multi:1 sh -c 'echo here >/made'");
        ok(asked, "commit made " + image);
        ok(asked, "rm made");
        ok(asked, "push " + image);
        ok(asked, "rmi PLAIN/multi:1 " + image);
    }

    @Test
    @DisplayName(
            "S19, S20: what dockerd pushes runs here and keeps its digest when it is pushed on; what is pushed here"
                    + " runs in dockerd")
    void imagesTravelBothWays(@TempDir Path own) throws Exception {
        // A registry that no other test uses: dockerd keeps in mind where its layers have been.
        try (RegistryServer registry = RegistryServer.plain(own)) {
            String theirs = registry.host() + "/theirs:1";
            makeAndPush(Asked.DOCKERD, theirs);
            assertThat(ok(Asked.ENGINE, "run --rm --network none -q " + theirs + " cat /made"))
                    .startsWith("exit 0\nhere\n");
            ok(Asked.ENGINE, "tag " + theirs + " " + registry.host() + "/kept:1");
            ok(Asked.ENGINE, "push " + registry.host() + "/kept:1");
            assertThat(RegistryComparison.digest(registry.host(), "kept", "1"))
                    .isEqualTo(RegistryComparison.digest(registry.host(), "theirs", "1"));
            ok(Asked.ENGINE, "rmi " + theirs + " " + registry.host() + "/kept:1");

            String ours = registry.host() + "/ours:1";
            makeAndPush(Asked.ENGINE, ours);
            assertThat(ok(Asked.DOCKERD, "run --rm --network none -q " + ours + " cat /made"))
                    .startsWith("exit 0\nhere\n");
            ok(Asked.DOCKERD, "rmi " + ours);
        }
    }

    @Test
    @DisplayName(
            "S19: an image made here goes to a registry that takes no OCI manifest, and runs from there in dockerd")
    void registriesWithoutOci(@TempDir Path own) throws Exception {
        String invalid = "{\"errors\":[{\"code\":\"MANIFEST_INVALID\",\"message\":\"manifest invalid\"}]}";
        try (RegistryServer behind = RegistryServer.plain(own);
                RegistryFront unsupported = RegistryFront.withoutOci(behind, 415, "");
                RegistryFront bad = RegistryFront.withoutOci(behind, 400, invalid)) {
            for (String host : List.of(unsupported.host(), bad.host())) {
                String image = host + "/made:" + (host.equals(bad.host()) ? "bad" : "unsupported");
                makeAndPush(Asked.ENGINE, image);
                assertThat(ok(Asked.DOCKERD, "run --rm --network none -q " + image + " cat /made"))
                        .startsWith("exit 0\nhere\n");
                ok(Asked.DOCKERD, "rmi " + image);
                assertThat(ok(Asked.FELUCCA, "run --rm --network none -q " + image + " cat /made"))
                        .startsWith("exit 0\nhere\n");
                ok(Asked.FELUCCA, "rmi " + image);
            }
        }
    }

    @Test
    @DisplayName("S21: a password is asked for, refused and accepted, by basic authentication and by tokens, as dockerd"
            + " does")
    void passwords() {
        for (String host : List.of("SECRET", "TOKENS")) {
            engines.compare("""
                login -u user -p wrong HOST
                pull -q PLAIN/app:1
                tag PLAIN/app:1 HOST/own-MINE:1
                push HOST/own-MINE:1
                pull HOST/own-MINE:1
                pull -a HOST/own-MINE
                login -u user -p secret HOST
                push HOST/own-MINE:1
                rmi HOST/own-MINE:1 PLAIN/app:1
                pull HOST/own-MINE:1
                rmi HOST/own-MINE:1
                run --rm --network none HOST/own-MINE:1 echo here
                rmi HOST/own-MINE:1
                logout HOST
                pull HOST/own-MINE:1
                """.replace("HOST", host));
        }
    }

    @Test
    @DisplayName("S21: an identity token in config.json opens a private repository, a wrong one does not")
    void identityTokens() throws Exception {
        engines.keepIdentity(TokenFront.IDENTITY);
        engines.compare("""
            pull TOKENS/app:1
            rmi TOKENS/app:1
            """);
        engines.keepIdentity("another");
        engines.compare("""
            pull TOKENS/app:1
            logout TOKENS
            """);
    }

    @Test
    @DisplayName("S16, S18: Docker Hub's images come from its mirror; what the mirror has not, the Hub is asked for")
    void mirror() {
        engines.compare("""
            pull hub:1
            run --rm --network none hub:1 echo here
            images --digests --format '{{.Repository}} {{.Tag}} {{.Digest}}'
            rmi hub:1
            pull hub:none
            pull user/none:1
            """);
    }

    @Test
    @DisplayName("S13: search asks the host that a term begins with, and says of a registry that it does not search")
    void searches() {
        engines.compare("""
            search INDEX/alpha
            search --no-trunc INDEX/alpha
            search --limit 2 INDEX/alpha
            search --limit 101 INDEX/alpha
            search --limit x INDEX/alpha
            search --filter stars=3 --filter is-official=false INDEX/alpha
            search --filter is-automated=true INDEX/alpha
            search --filter is-automated=no INDEX/alpha
            search --filter stars=x INDEX/alpha
            search --filter bogus=1 INDEX/alpha
            search --filter bogus INDEX/alpha
            search --format '{{.Name}} {{.StarCount}} {{.IsOfficial}} {{.Description}}' INDEX/alpha
            search --format '{{json .}}' INDEX/alpha
            search --format '{{.Bad}}' INDEX/alpha
            search INDEX/none
            search INDEX/fail
            search PLAIN/alpha
            search 127.0.0.1:1/alpha
            search nohost.invalid:5000/alpha
            search https://INDEX/alpha
            search alpha
            search
            """);
    }

    @Test
    @DisplayName("S13: manifest inspect shows what the docker command shows, of a manifest and of a list")
    void manifests() {
        for (String line : List.of(
                "manifest inspect --insecure PLAIN/app:1",
                "manifest inspect --insecure -v PLAIN/multi:1",
                "manifest inspect --insecure PLAIN/app:list",
                "manifest inspect --insecure --verbose PLAIN/app:arm",
                "manifest inspect --insecure PLAIN/none:1",
                "manifest inspect --insecure a:b:c")) {
            assertThat(engines.told(Asked.FELUCCA, line)).as(line).isEqualTo(engines.told(Asked.DOCKERD, line));
        }
    }

    @Test
    @DisplayName("S20: the API tells of each layer all that dockerd may tell, in its order, for clients that draw bars")
    void progress() {
        Map<String, List<String>> theirs = engines.progressOfPull(Asked.DOCKERD, "PLAIN/multi");
        Map<String, List<String>> ours = engines.progressOfPull(Asked.ENGINE, "PLAIN/multi");

        List<String> all = List.of(
                "Pulling fs layer",
                "Downloading",
                "Verifying Checksum",
                "Download complete",
                "Extracting",
                "Pull complete");
        assertThat(ours.keySet()).isEqualTo(theirs.keySet()).hasSize(5);
        // Three layers come at once: two of the five are said to wait.
        assertThat(ours.values()).filteredOn(words -> words.remove("Waiting")).hasSize(2);
        assertThat(ours.values()).containsOnly(all);
        theirs.values().forEach(words -> words.remove("Waiting"));
        // Which of them dockerd leaves out is chance.
        assertThat(theirs.values()).allSatisfy(words -> assertThat(all).containsSubsequence(words));
        assertThat(engines.told(Asked.ENGINE, "rmi PLAIN/multi:1"))
                .isEqualTo(engines.told(Asked.DOCKERD, "rmi PLAIN/multi:1"));
    }

    @Test
    @DisplayName("S13: GET /distribution/NAME/json answers as dockerd does, what is there and what is not")
    void distribution() {
        for (String path :
                List.of("PLAIN/app:1", "PLAIN/app:list", "PLAIN/none:1", "SECRET/app:1", "127.0.0.1:1/x", "BAD")) {
            List<String> answers = engines.answers("/v1.41/distribution/" + path + "/json");
            assertThat(answers.get(0)).as(path).isEqualTo(answers.get(1));
        }
    }
}
