package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class SettingsTest {

    @TempDir
    Path etc;

    private Map<String, Map<String, Object>> settings(String... words) {
        return Settings.of(etc, EngineOptions.of(List.of(words))).pids();
    }

    @Test
    void jsonFilesGiveTypedProperties() throws Exception {
        Files.writeString(
                etc.resolve("a.json"),
                "{\":configurator:resource-version\": 1, \"org.acme\": {\"text\": \"x\", \"count\": 3, \"on\": true,"
                        + " \"list\": [\"a\", \"b\"], \"numbers\": [1, 2], \":configurator:ranking\": 5}}");

        Map<String, Object> acme = settings().get("org.acme");

        assertThat(acme).containsOnlyKeys("text", "count", "on", "list", "numbers");
        assertThat(acme).containsEntry("text", "x").containsEntry("count", 3L).containsEntry("on", true);
        assertThat(acme.get("list")).isEqualTo(new String[] {"a", "b"});
        assertThat(acme.get("numbers")).isEqualTo(new Long[] {1L, 2L});
    }

    @Test
    void optionsStandOverFiles() throws Exception {
        Files.writeString(
                etc.resolve("a.json"), "{\"io.felucca.storage\": {\"driver\": \"vfs\", \"options\": [\"x=1\"]}}");

        Map<String, Object> storage = settings("--storage-driver", "overlay2").get("io.felucca.storage");

        assertThat(storage).containsEntry("driver", "overlay2").containsEntry("options", new String[] {"x=1"});
    }

    @Test
    void laterFilesStandOverEarlierOnes() throws Exception {
        Files.writeString(etc.resolve("a.json"), "{\"org.acme\": {\"x\": 1, \"y\": 1}}");
        Files.writeString(etc.resolve("b.json"), "{\"org.acme\": {\"x\": 2}}");

        assertThat(settings().get("org.acme")).containsEntry("x", 2L).containsEntry("y", 1L);
    }

    @Test
    void aWrongFileIsNamed() throws Exception {
        Path file = etc.resolve("a.json");
        Files.writeString(file, "{\"org.acme\": 5}");
        assertThatThrownBy(() -> settings()).hasMessage("settings " + file + ": org.acme is not a JSON object");
        Files.writeString(file, "{\n\"org.acme\": x}");
        assertThatThrownBy(() -> settings())
                .hasMessage("settings " + file + ": invalid character 'x' where a value should begin (line 2)");
        Files.writeString(file, "{\"org.acme\": {\"x\": {}}}");
        assertThatThrownBy(() -> settings())
                .hasMessage("settings " + file + ": org.acme.x must be a string, number, boolean or a list");
    }

    @Test
    void theyReachConfigAdminAndGoWhenTheyAreNoLongerSaid() throws Exception {
        Framework framework = TestFelix.framework(etc.resolve("cache"));
        framework.start();
        BundleContext context = framework.getBundleContext();
        context.installBundle("file:" + TestFelix.library("org.apache.felix.configadmin"))
                .start();
        ConfigurationAdmin admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        admin.getConfiguration("of.somebody.else", "?").update(new Hashtable<>(Map.of("x", "1")));
        Files.writeString(etc.resolve("a.json"), "{\"org.acme\": {\"x\": 1}, \"org.acme.f~one\": {\"y\": true}}");
        Settings.of(etc, EngineOptions.of(List.of("--storage-driver", "vfs"))).writeTo(admin);

        assertThat(admin.getConfiguration("org.acme", "?").getProperties().get("x"))
                .isEqualTo(1L);
        assertThat(admin.listConfigurations("(service.factoryPid=org.acme.f)")[0]
                        .getProperties()
                        .get("y"))
                .isEqualTo(true);
        assertThat(admin.getConfiguration("io.felucca.storage", "?")
                        .getProperties()
                        .get("driver"))
                .isEqualTo("vfs");

        Files.delete(etc.resolve("a.json"));
        Settings.of(etc, EngineOptions.of(List.of())).writeTo(admin);

        assertThat(Arrays.stream(admin.listConfigurations(null)).map(Configuration::getPid))
                .containsExactlyInAnyOrder("of.somebody.else", "io.felucca.engine", "io.felucca.docker.api");
        TestFelix.stop(framework);
    }

    @Test
    void noFolderIsNoSettings() {
        assertThat(Settings.of(etc.resolve("none"), EngineOptions.of(List.of())).pids())
                .containsOnlyKeys("io.felucca.engine", "io.felucca.docker.api");
    }
}
