package io.felucca.shell.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.docker.text.DockerText;
import java.util.ArrayList;
import java.util.List;

/** What {@code info} shows, as docker 28.2 lays it out. */
final class InfoText {

    private final StringBuilder text = new StringBuilder("Server:\n");
    private final JsonNode info;

    private InfoText(JsonNode info) {
        this.info = info;
    }

    static String of(JsonNode info) {
        return new InfoText(info).text();
    }

    private String text() {
        counts();
        line("Server Version", "ServerVersion");
        line("Storage Driver", "Driver");
        info.path("DriverStatus")
                .forEach(pair -> text.append("  ")
                        .append(pair.path(0).asText())
                        .append(": ")
                        .append(pair.path(1).asText())
                        .append('\n'));
        line("Logging Driver", "LoggingDriver");
        line("Cgroup Driver", "CgroupDriver");
        line("Cgroup Version", "CgroupVersion");
        plugins();
        text.append(" Swarm: ")
                .append(info.path("Swarm").path("LocalNodeState").asText())
                .append('\n');
        runtimes();
        securityOptions();
        line("Kernel Version", "KernelVersion");
        line("Operating System", "OperatingSystem");
        line("OSType", "OSType");
        line("Architecture", "Architecture");
        line("CPUs", "NCPU");
        text.append(" Total Memory: ")
                .append(DockerText.binarySize(info.path("MemTotal").asLong()))
                .append('\n');
        line("Name", "Name");
        line("ID", "ID");
        line("Felucca Root Dir", "DockerRootDir");
        line("Debug Mode", "Debug");
        line("Experimental", "ExperimentalBuild");
        registries(info.path("RegistryConfig"));
        line("Live Restore Enabled", "LiveRestoreEnabled");
        return text.append('\n').toString();
    }

    private void line(String label, String field) {
        text.append(' ')
                .append(label)
                .append(": ")
                .append(info.path(field).asText())
                .append('\n');
    }

    private void counts() {
        line("Containers", "Containers");
        for (String state : List.of("Running", "Paused", "Stopped")) {
            text.append("  ")
                    .append(state)
                    .append(": ")
                    .append(info.path("Containers" + state).asText())
                    .append('\n');
        }
        line("Images", "Images");
    }

    private void plugins() {
        text.append(" Plugins:\n");
        for (String kind : List.of("Volume", "Network", "Log")) {
            text.append("  ")
                    .append(kind)
                    .append(": ")
                    .append(words(info.path("Plugins").path(kind)))
                    .append('\n');
        }
    }

    private void registries(JsonNode config) {
        List<String> insecure = new ArrayList<>();
        config.path("IndexConfigs").forEach(host -> {
            if (!host.path("Secure").asBoolean()) {
                insecure.add(host.path("Name").asText());
            }
        });
        config.path("InsecureRegistryCIDRs").forEach(network -> insecure.add(network.asText()));
        lines("Insecure Registries", insecure);
        List<String> mirrors = new ArrayList<>();
        config.path("Mirrors").forEach(mirror -> mirrors.add(mirror.asText()));
        lines("Registry Mirrors", mirrors);
    }

    private void lines(String label, List<String> values) {
        if (!values.isEmpty()) {
            text.append(' ').append(label).append(":\n");
            values.forEach(value -> text.append("  ").append(value).append('\n'));
        }
    }

    private static String words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(word.asText()));
        return String.join(" ", words);
    }

    private void runtimes() {
        List<String> names = new ArrayList<>();
        info.path("Runtimes").fieldNames().forEachRemaining(names::add);
        text.append(" Runtimes: ").append(String.join(" ", names)).append('\n');
        line("Default Runtime", "DefaultRuntime");
        text.append(" OCI runtime version: ")
                .append(info.path("RuncCommit").path("ID").asText())
                .append('\n');
    }

    /** {@code name=seccomp,profile=default} is a line and what belongs to it. */
    private void securityOptions() {
        if (info.path("SecurityOptions").isEmpty()) {
            return;
        }
        text.append(" Security Options:\n");
        for (JsonNode option : info.path("SecurityOptions")) {
            for (String part : option.asText().split(",")) {
                String value = part.substring(part.indexOf('=') + 1);
                text.append(part.startsWith("name=") ? "  " + value : "   Profile: " + value)
                        .append('\n');
            }
        }
    }
}
