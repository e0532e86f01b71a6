package io.felucca.docker.json.container;

import static io.felucca.docker.json.DockerJson.putList;
import static io.felucca.docker.json.DockerJson.putListOrNull;
import static io.felucca.docker.json.DockerJson.putMap;
import static io.felucca.docker.json.DockerJson.putSet;
import static io.felucca.docker.json.DockerJson.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.containers.ContainerConfig;
import io.felucca.docker.json.DockerJson;
import io.felucca.images.ImageConfig;
import java.util.Set;

/** {@code Config} of containers and of images (API 1.51, ContainerConfig). */
public final class ConfigJson {

    private ConfigJson() {}

    /** @param macAddress that was asked for, or empty */
    public static ObjectNode write(ContainerConfig config, String macAddress) {
        ObjectNode root = DockerJson.object();
        root.put("Hostname", text(config.hostname()));
        root.put("Domainname", text(config.domainname()));
        root.put("User", text(config.user()));
        root.put("AttachStdin", config.attachStdin());
        root.put("AttachStdout", config.attachStdout());
        root.put("AttachStderr", config.attachStderr());
        putPorts(root, config.exposedPorts());
        root.put("Tty", config.tty());
        root.put("OpenStdin", config.openStdin());
        root.put("StdinOnce", config.stdinOnce());
        putListOrNull(root, "Env", config.env());
        putList(root, "Cmd", config.cmd());
        putHealthcheck(root, config.healthcheck());
        root.put("Image", text(config.image()));
        putVolumes(root, config.volumes());
        root.put("WorkingDir", text(config.workingDir()));
        putList(root, "Entrypoint", config.entrypoint());
        if (!macAddress.isEmpty()) {
            root.put("MacAddress", macAddress);
        }
        root.putNull("OnBuild");
        putMap(root, "Labels", config.labels());
        if (!text(config.stopSignal()).isEmpty()) {
            root.put("StopSignal", config.stopSignal());
        }
        if (config.stopTimeout() != null) {
            root.put("StopTimeout", config.stopTimeout());
        }
        return root;
    }

    public static ObjectNode write(ImageConfig config) {
        ObjectNode root = DockerJson.object();
        root.put("Hostname", "").put("Domainname", "").put("User", text(config.user()));
        root.put("AttachStdin", false).put("AttachStdout", false).put("AttachStderr", false);
        putPorts(root, config.exposedPorts());
        root.put("Tty", false).put("OpenStdin", false).put("StdinOnce", false);
        putListOrNull(root, "Env", config.env());
        putList(root, "Cmd", config.cmd());
        putHealthcheck(root, config.healthcheck());
        root.put("Image", "");
        putVolumes(root, config.volumes());
        root.put("WorkingDir", text(config.workingDir()));
        putList(root, "Entrypoint", config.entrypoint());
        putListOrNull(root, "OnBuild", config.onBuild());
        if (config.labels() == null || config.labels().isEmpty()) {
            root.putNull("Labels");
        } else {
            putMap(root, "Labels", config.labels());
        }
        if (!text(config.stopSignal()).isEmpty()) {
            root.put("StopSignal", config.stopSignal());
        }
        if (config.shell() != null && !config.shell().isEmpty()) {
            putList(root, "Shell", config.shell());
        }
        return root;
    }

    private static void putPorts(ObjectNode root, Set<String> ports) {
        if (ports != null && !ports.isEmpty()) {
            putSet(root, "ExposedPorts", ports);
        }
    }

    private static void putVolumes(ObjectNode root, Set<String> volumes) {
        if (volumes == null || volumes.isEmpty()) {
            root.putNull("Volumes");
        } else {
            putSet(root, "Volumes", volumes);
        }
    }

    private static void putHealthcheck(ObjectNode root, ImageConfig.Healthcheck check) {
        if (check == null) {
            return;
        }
        ObjectNode node = root.putObject("Healthcheck");
        if (check.test() != null) {
            putList(node, "Test", check.test());
        }
        putUnlessZero(node, "Interval", check.intervalNanos());
        putUnlessZero(node, "Timeout", check.timeoutNanos());
        putUnlessZero(node, "StartPeriod", check.startPeriodNanos());
        putUnlessZero(node, "StartInterval", check.startIntervalNanos());
        putUnlessZero(node, "Retries", check.retries());
    }

    private static void putUnlessZero(ObjectNode node, String name, long value) {
        if (value != 0) {
            node.put(name, value);
        }
    }
}
