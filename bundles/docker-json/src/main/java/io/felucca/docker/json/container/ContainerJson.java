package io.felucca.docker.json.container;

import static io.felucca.docker.json.DockerJson.putListOrNull;
import static io.felucca.docker.json.DockerJson.putMap;
import static io.felucca.docker.json.DockerJson.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.text.DockerText;
import io.felucca.docker.text.DockerTime;
import io.felucca.networks.EndpointSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Containers in Docker's JSON (API 1.51, ContainerInspectResponse and ContainerSummary). */
public final class ContainerJson {

    private ContainerJson() {}

    /** What {@code GET /containers/ID/json} answers. */
    public static ObjectNode inspect(Container container) {
        ObjectNode root = DockerJson.object();
        root.put("Id", container.id());
        root.put("Created", DockerTime.rfc3339Nano(container.created()));
        root.put("Path", container.path());
        DockerJson.putList(root, "Args", container.args());
        putState(root, container.state());
        root.put("Image", container.image() == null ? "" : container.image().value());
        root.put("ResolvConfPath", text(container.resolvConfPath()));
        root.put("HostnamePath", text(container.hostnamePath()));
        root.put("HostsPath", text(container.hostsPath()));
        root.put("LogPath", text(container.logPath()));
        root.put("Name", "/" + container.name());
        root.put("RestartCount", container.restartCount());
        root.put("Driver", text(container.storageDriver()));
        root.put("Platform", os(container.platform()));
        root.put("MountLabel", "");
        root.put("ProcessLabel", "");
        root.put("AppArmorProfile", text(container.appArmorProfile()));
        putListOrNull(root, "ExecIDs", container.execIds());
        root.set("HostConfig", HostConfigJson.write(container.hostConfig()));
        ObjectNode graph = root.putObject("GraphDriver");
        if (container.storageData() == null || container.storageData().isEmpty()) {
            graph.putNull("Data");
        } else {
            putMap(graph, "Data", container.storageData());
        }
        graph.put("Name", text(container.storageDriver()));
        MountJson.putPoints(root, container.mounts());
        root.set("Config", ConfigJson.write(container.config(), askedMacAddress(container)));
        NetworkSettingsJson.put(root, container);
        return root;
    }

    /** Of the first network that one was asked for in: clients give it for the container as a whole. */
    private static String askedMacAddress(Container container) {
        return container.networkSettings().wanted().values().stream()
                .map(EndpointSpec::macAddress)
                .filter(address -> !address.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** With the sizes of {@code inspect --size}. */
    public static ObjectNode inspect(Container container, long sizeRwBytes, long sizeRootFsBytes) {
        ObjectNode plain = inspect(container);
        ObjectNode root = DockerJson.object();
        plain.properties().forEach(field -> {
            root.set(field.getKey(), field.getValue());
            if (field.getKey().equals("GraphDriver")) {
                root.put("SizeRw", sizeRwBytes);
                root.put("SizeRootFs", sizeRootFsBytes);
            }
        });
        return root;
    }

    /** {@code linux} of {@code linux/amd64}: inspect shows no more. */
    private static String os(String platform) {
        String known = platform == null || platform.isEmpty() ? "linux" : platform;
        int slash = known.indexOf('/');
        return slash < 0 ? known : known.substring(0, slash);
    }

    private static void putState(ObjectNode root, Container.State state) {
        ObjectNode node = root.putObject("State");
        node.put("Status", state.status().text())
                .put("Running", state.running())
                .put("Paused", state.status() == Container.Status.PAUSED)
                .put("Restarting", state.status() == Container.Status.RESTARTING)
                .put("OOMKilled", state.oomKilled())
                .put("Dead", state.status() == Container.Status.DEAD)
                .put("Pid", state.pid())
                .put("ExitCode", state.exitCode())
                .put("Error", text(state.error()))
                .put("StartedAt", DockerTime.rfc3339Nano(state.startedAt()))
                .put("FinishedAt", DockerTime.rfc3339Nano(state.finishedAt()));
        if (state.health() != null) {
            putHealth(node.putObject("Health"), state.health());
        }
    }

    private static void putHealth(ObjectNode node, Container.Health health) {
        node.put("Status", health.status()).put("FailingStreak", health.failingStreak());
        ArrayNode log = node.putArray("Log");
        for (Container.Probe probe : health.log()) {
            log.addObject()
                    .put("Start", DockerTime.rfc3339Nano(probe.start()))
                    .put("End", DockerTime.rfc3339Nano(probe.end()))
                    .put("ExitCode", probe.exitCode())
                    .put("Output", probe.output());
        }
    }

    /**
     * An entry of {@code GET /containers/json}.
     *
     * @param image what IMAGE shows: the name it was made from, or the id when that name means another image by now
     */
    public static ObjectNode summary(Container container, String image, Instant now) {
        return summary(container, image, now, null, null);
    }

    /**
     * With the sizes of {@code ps --size}.
     *
     * @param sizeRwBytes null to leave it out, as a container of no bytes has it
     */
    public static ObjectNode summary(
            Container container, String image, Instant now, Long sizeRwBytes, Long sizeRootFsBytes) {
        ObjectNode root = DockerJson.object();
        root.put("Id", container.id());
        DockerJson.putList(root, "Names", names(container));
        root.put("Image", image);
        root.put("ImageID", container.image() == null ? "" : container.image().value());
        root.put("Command", DockerText.command(container.path(), container.args()));
        root.put("Created", container.created().getEpochSecond());
        PortsJson.putSummary(root.putArray("Ports"), container);
        if (sizeRwBytes != null && sizeRwBytes != 0) {
            root.put("SizeRw", sizeRwBytes);
        }
        if (sizeRootFsBytes != null && sizeRootFsBytes != 0) {
            root.put("SizeRootFs", sizeRootFsBytes);
        }
        putMap(root, "Labels", container.config().labels());
        root.put("State", container.state().status().text());
        root.put("Status", DockerText.status(container.state(), now));
        root.putObject("HostConfig").put("NetworkMode", container.hostConfig().networkMode());
        NetworkSettingsJson.putNetworks(root.putObject("NetworkSettings"), container, false);
        MountJson.putPoints(root, container.mounts());
        return root;
    }

    /** Its own, then what others that link to it call it. */
    private static List<String> names(Container container) {
        List<String> names = new ArrayList<>(List.of("/" + container.name()));
        container.networkSettings().linkedAs().forEach(name -> names.add("/" + name));
        return names;
    }

    /** What {@code POST /containers/create} answers. */
    public static ObjectNode created(Containers.Created created) {
        ObjectNode root = DockerJson.object().put("Id", created.id());
        DockerJson.putList(root, "Warnings", created.warnings());
        return root;
    }

    /** What {@code POST /containers/ID/wait} answers. */
    public static ObjectNode exit(Containers.Exit exit) {
        ObjectNode root = DockerJson.object();
        if (exit.error().isEmpty()) {
            root.putNull("Error");
        } else {
            root.putObject("Error").put("Message", exit.error());
        }
        return root.put("StatusCode", exit.code());
    }

    /** What {@code POST /containers/prune} answers. */
    public static ObjectNode pruned(Containers.Pruned pruned) {
        ObjectNode root = DockerJson.object();
        putListOrNull(root, "ContainersDeleted", pruned.ids());
        return root.put("SpaceReclaimed", pruned.reclaimedBytes());
    }
}
