package io.felucca.docker.json.container;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.containers.MountPoint;
import io.felucca.containers.MountSpec;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.Fields;
import java.util.List;
import java.util.Map;

/** {@code Mount} and {@code MountPoint} in Docker's JSON (API 1.51). */
final class MountJson {

    private MountJson() {}

    static MountSpec read(Fields fields) {
        Fields bind = fields.object("BindOptions");
        Fields volume = fields.object("VolumeOptions");
        Fields driver = volume.object("DriverConfig");
        Fields tmpfs = fields.object("TmpfsOptions");
        return new MountSpec(
                fields.text("Type"),
                fields.text("Source"),
                fields.text("Target"),
                fields.flag("ReadOnly"),
                fields.text("Consistency"),
                fields.has("BindOptions")
                        ? new MountSpec.Bind(
                                bind.text("Propagation"),
                                bind.flag("NonRecursive"),
                                bind.flag("CreateMountpoint"),
                                bind.flag("ReadOnlyNonRecursive"),
                                bind.flag("ReadOnlyForceRecursive"))
                        : null,
                fields.has("VolumeOptions")
                        ? new MountSpec.Volume(
                                volume.flag("NoCopy"),
                                volume.map("Labels"),
                                volume.text("Subpath"),
                                driver.text("Name"),
                                driver.map("Options"))
                        : null,
                fields.has("TmpfsOptions")
                        ? new MountSpec.Tmpfs(
                                tmpfs.number("SizeBytes"), (int) tmpfs.number("Mode"), tmpfs.lists("Options"))
                        : null);
    }

    /** As {@code HostConfig.Mounts} of inspect: what was asked for. */
    static void putSpecs(ObjectNode root, List<MountSpec> mounts) {
        if (mounts.isEmpty()) {
            return;
        }
        ArrayNode array = root.putArray("Mounts");
        for (MountSpec mount : mounts) {
            ObjectNode node = array.addObject();
            putText(node, "Type", mount.type());
            putText(node, "Source", mount.source());
            putText(node, "Target", mount.target());
            putFlag(node, "ReadOnly", mount.readOnly());
            putText(node, "Consistency", mount.consistency());
            putBind(node, mount.bind());
            putVolume(node, mount.volume());
            putTmpfs(node, mount.tmpfs());
        }
    }

    private static void putBind(ObjectNode node, MountSpec.Bind bind) {
        if (bind != null) {
            ObjectNode options = node.putObject("BindOptions");
            putText(options, "Propagation", bind.propagation());
            putFlag(options, "NonRecursive", bind.nonRecursive());
            putFlag(options, "CreateMountpoint", bind.createMountpoint());
            putFlag(options, "ReadOnlyNonRecursive", bind.readOnlyNonRecursive());
            putFlag(options, "ReadOnlyForceRecursive", bind.readOnlyForceRecursive());
        }
    }

    private static void putVolume(ObjectNode node, MountSpec.Volume volume) {
        if (volume != null) {
            ObjectNode options = node.putObject("VolumeOptions");
            putFlag(options, "NoCopy", volume.noCopy());
            putMap(options, "Labels", volume.labels());
            ObjectNode driver = options.putObject("DriverConfig");
            putText(driver, "Name", volume.driver());
            putMap(driver, "Options", volume.options());
            putText(options, "Subpath", volume.subpath());
        }
    }

    private static void putTmpfs(ObjectNode node, MountSpec.Tmpfs tmpfs) {
        if (tmpfs != null) {
            ObjectNode options = node.putObject("TmpfsOptions");
            if (tmpfs.sizeBytes() != 0) {
                options.put("SizeBytes", tmpfs.sizeBytes());
            }
            if (tmpfs.mode() != 0) {
                options.put("Mode", tmpfs.mode());
            }
            if (!tmpfs.options().isEmpty()) {
                ArrayNode lists = options.putArray("Options");
                for (List<String> list : tmpfs.options()) {
                    ArrayNode words = lists.addArray();
                    list.forEach(words::add);
                }
            }
        }
    }

    /** What is mounted. */
    static void putPoints(ObjectNode root, List<MountPoint> mounts) {
        ArrayNode array = root.putArray("Mounts");
        for (MountPoint mount : mounts) {
            ObjectNode node = array.addObject();
            node.put("Type", mount.type());
            putText(node, "Name", mount.name());
            node.put("Source", mount.source());
            node.put("Destination", mount.destination());
            putText(node, "Driver", mount.driver());
            node.put("Mode", mount.mode());
            node.put("RW", mount.readWrite());
            node.put("Propagation", mount.propagation());
        }
    }

    private static void putText(ObjectNode node, String name, String value) {
        if (!value.isEmpty()) {
            node.put(name, value);
        }
    }

    private static void putFlag(ObjectNode node, String name, boolean value) {
        if (value) {
            node.put(name, true);
        }
    }

    private static void putMap(ObjectNode node, String name, Map<String, String> values) {
        if (!values.isEmpty()) {
            DockerJson.putMap(node, name, values);
        }
    }
}
