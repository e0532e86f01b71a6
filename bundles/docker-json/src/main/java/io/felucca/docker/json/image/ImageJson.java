package io.felucca.docker.json.image;

import static io.felucca.docker.json.DockerJson.putList;
import static io.felucca.docker.json.DockerJson.putListOrNull;
import static io.felucca.docker.json.DockerJson.putMap;
import static io.felucca.docker.json.DockerJson.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.container.ConfigJson;
import io.felucca.docker.text.DockerTime;
import io.felucca.images.Image;
import io.felucca.images.Images;
import io.felucca.images.Images.Pruned;
import io.felucca.images.Images.Removed;
import io.felucca.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Images in Docker's JSON (API 1.51, ImageInspect, ImageSummary and HistoryResponseItem). */
public final class ImageJson {

    /** Fields of a configuration that mean nothing for an image. */
    private static final List<String> CONTAINERS_ONLY = List.of(
            "Hostname",
            "Domainname",
            "AttachStdin",
            "AttachStdout",
            "AttachStderr",
            "Tty",
            "OpenStdin",
            "StdinOnce",
            "Image");

    private ImageJson() {}

    /**
     * What {@code GET /images/NAME/json} answers.
     *
     * @param storageDriver the engine's default, shown as GraphDriver
     * @param layer what that driver tells of the image's layer, empty for nothing
     */
    public static ObjectNode inspect(Image image, String storageDriver, Map<String, String> layer) {
        ObjectNode root = DockerJson.object();
        root.put("Id", image.id().value());
        putList(root, "RepoTags", image.tags());
        putList(root, "RepoDigests", image.repoDigests());
        root.put("Parent", text(image.parent()));
        root.put("Comment", text(image.comment()));
        root.put("Created", DockerTime.rfc3339Nano(image.created()));
        root.put("Container", image.origin().container());
        root.set("ContainerConfig", ConfigJson.write(image.origin().config()));
        root.put("DockerVersion", "");
        root.put("Author", text(image.author()));
        root.set("Config", ConfigJson.write(image.config()));
        root.put("Architecture", text(image.architecture()));
        if (!text(image.variant()).isEmpty()) {
            root.put("Variant", image.variant());
        }
        root.put("Os", text(image.os()));
        root.put("Size", image.sizeBytes());
        root.put("VirtualSize", image.sizeBytes());
        ObjectNode graph = root.putObject("GraphDriver");
        if (layer.isEmpty()) {
            graph.putNull("Data");
        } else {
            DockerJson.putMap(graph, "Data", layer);
        }
        graph.put("Name", text(storageDriver));
        ObjectNode rootFs = root.putObject("RootFS");
        rootFs.put("Type", "layers");
        if (!image.diffIds().isEmpty()) {
            putList(
                    rootFs,
                    "Layers",
                    image.diffIds().stream().map(Digest::value).toList());
        }
        root.putObject("Metadata").put("LastTagTime", DockerTime.ZERO);
        return root;
    }

    /** The same, in the engine's default driver. */
    public static ObjectNode inspect(Image image, Storage storage) {
        String driver = storage.defaultDriver();
        return inspect(image, driver, storage.data(driver, image.chainId()));
    }

    /**
     * The same without what the API has dropped since (1.44, 1.45, 1.50), but for ContainerConfig: docker-compose 1.29 reads
     * it at whatever version it speaks.
     *
     * @param apiMinor the 41 of 1.41
     */
    public static ObjectNode inspect(Image image, Storage storage, int apiMinor) {
        ObjectNode root = inspect(image, storage);
        if (apiMinor >= 44) {
            root.remove("VirtualSize");
        }
        if (apiMinor >= 45) {
            root.remove("Container");
        }
        if (apiMinor >= 50) {
            ((ObjectNode) root.get("Config")).remove(CONTAINERS_ONLY);
        }
        return root;
    }

    /**
     * An entry of {@code GET /images/json}.
     *
     * @param sharedBytes of layers that other images have too, -1 when it was not asked for
     * @param containers how many have it, -1 when it was not asked for
     * @param apiMinor the 41 of 1.41: from 1.43 an image without a name has empty lists, from 1.44 no VirtualSize
     */
    public static ObjectNode summary(Image image, long sharedBytes, int containers, int apiMinor) {
        ObjectNode root = summary(image).put("SharedSize", sharedBytes).put("Containers", containers);
        if (apiMinor >= 43) {
            putList(root, "RepoDigests", image.repoDigests());
            putList(root, "RepoTags", image.tags());
        }
        if (apiMinor >= 44) {
            root.remove("VirtualSize");
        }
        return root;
    }

    /** What {@code DELETE /images/NAME} answers. */
    public static ArrayNode removed(List<Removed> removed) {
        ArrayNode root = DockerJson.mapper().createArrayNode();
        for (Removed each : removed) {
            if (each.deleted().isEmpty()) {
                root.addObject().put("Untagged", each.untagged());
            } else {
                root.addObject().put("Deleted", each.deleted());
            }
        }
        return root;
    }

    /** What {@code POST /images/prune} answers. */
    public static ObjectNode pruned(Pruned pruned) {
        ObjectNode root = DockerJson.object();
        if (pruned.removed().isEmpty()) {
            root.putNull("ImagesDeleted");
        } else {
            root.set("ImagesDeleted", removed(pruned.removed()));
        }
        return root.put("SpaceReclaimed", pruned.reclaimedBytes());
    }

    /** An entry of {@code GET /images/json} of API 1.41. */
    public static ObjectNode summary(Image image) {
        boolean nameless = image.tags().isEmpty() && image.repoDigests().isEmpty();
        ObjectNode root = DockerJson.object();
        root.put("Containers", -1);
        root.put("Created", epochSecond(image.created()));
        root.put("Id", image.id().value());
        if (image.config().labels() == null || image.config().labels().isEmpty()) {
            root.putNull("Labels");
        } else {
            putMap(root, "Labels", image.config().labels());
        }
        root.put("ParentId", text(image.parent()));
        putListOrNull(root, "RepoDigests", nameless ? List.of("<none>@<none>") : image.repoDigests());
        putListOrNull(root, "RepoTags", nameless ? List.of("<none>:<none>") : image.tags());
        root.put("SharedSize", -1);
        root.put("Size", image.sizeBytes());
        root.put("VirtualSize", image.sizeBytes());
        return root;
    }

    /**
     * An image and those that it was made from, as long as they are there: as dockerd has it, the images of the lines of its
     * history, newest first.
     */
    public static List<Image> lineage(Image image, Images images) {
        List<Image> lineage = new ArrayList<>(List.of(image));
        try {
            for (String parent = text(image.parent()); !parent.isEmpty(); ) {
                Image found = images.get(parent);
                lineage.add(found);
                parent = text(found.parent());
            }
        } catch (FeluccaException e) {
            if (e.kind() != FeluccaException.Kind.NOT_FOUND) {
                throw e;
            }
        }
        return lineage;
    }

    /** What {@code GET /images/NAME/history} answers, newest first. @param lineage of the image */
    public static ArrayNode history(Image image, List<Image> lineage) {
        ArrayNode root = DockerJson.mapper().createArrayNode();
        for (int i = image.history().size() - 1, line = 0; i >= 0; i--, line++) {
            Image.History entry = image.history().get(i);
            Image known = line < lineage.size() ? lineage.get(line) : null;
            ObjectNode node = root.addObject();
            node.put("Comment", text(entry.comment()));
            node.put("Created", epochSecond(entry.created()));
            node.put("CreatedBy", text(entry.createdBy()));
            node.put("Id", known == null ? "<missing>" : known.id().value());
            node.put("Size", entry.sizeBytes());
            putListOrNull(node, "Tags", known == null ? null : known.tags());
        }
        return root;
    }

    /** Go's zero time where none is known. */
    private static long epochSecond(Instant time) {
        return (time == null ? Instant.parse(DockerTime.ZERO) : time).getEpochSecond();
    }
}
