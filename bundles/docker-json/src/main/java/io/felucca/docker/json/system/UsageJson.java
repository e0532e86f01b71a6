package io.felucca.docker.json.system;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.VolumeJson;
import io.felucca.docker.json.container.ContainerJson;
import io.felucca.docker.json.image.ImageJson;
import io.felucca.docker.json.image.ImageNames;
import io.felucca.images.Image;
import io.felucca.images.Images;
import io.felucca.volumes.Volume;
import io.felucca.volumes.Volumes;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code /system/df} says (API 1.51, SystemDataUsageResponse). */
public final class UsageJson {

    /** The words of its parameter {@code type}. */
    private static final Set<String> TYPES = Set.of("container", "image", "volume", "build-cache");

    private UsageJson() {}

    /**
     * @param types what is asked for; empty for all
     * @param apiMinor the 41 of 1.41
     * @throws FeluccaException INVALID for another type
     */
    public static ObjectNode write(
            Images images, Containers containers, Volumes volumes, List<String> types, Instant now, int apiMinor) {
        for (String type : types) {
            if (!TYPES.contains(type)) {
                throw FeluccaException.invalid("unknown object type: " + type);
            }
        }
        ObjectNode root = DockerJson.object();
        // What was not asked for is there all the same, as null.
        root.put("LayersSize", 0).putNull("Images").putNull("Containers").putNull("Volumes");
        List<Container> all = containers.list(true, Map.of());
        if (isAsked(types, "image")) {
            putImages(root, images, all, apiMinor);
        }
        if (isAsked(types, "container")) {
            putContainers(root.putArray("Containers"), images, containers, all, now);
        }
        if (isAsked(types, "volume")) {
            putVolumes(root.putArray("Volumes"), volumes);
        }
        return root.putNull("BuildCache").put("BuilderSize", 0);
    }

    /** What {@code POST /build/prune} answers. */
    public static ObjectNode buildCachePruned(List<String> ids, long reclaimedBytes) {
        ObjectNode root = DockerJson.object();
        if (ids.isEmpty()) {
            root.putNull("CachesDeleted");
        } else {
            ids.forEach(root.putArray("CachesDeleted")::add);
        }
        return root.put("SpaceReclaimed", reclaimedBytes);
    }

    private static boolean isAsked(List<String> types, String type) {
        return types.isEmpty() || types.contains(type);
    }

    private static void putImages(ObjectNode root, Images images, List<Container> containers, int apiMinor) {
        Map<String, Integer> users = new HashMap<>();
        containers.forEach(container -> users.merge(container.image().value(), 1, Integer::sum));
        Images.DiskUsage usage = images.diskUsage();
        root.put("LayersSize", usage.layerBytes());
        ArrayNode array = root.putArray("Images");
        for (Image image : images.list(false, Map.of())) {
            array.add(ImageJson.summary(
                    image,
                    usage.sharedBytes().getOrDefault(image.id(), 0L),
                    users.getOrDefault(image.id().value(), 0),
                    apiMinor));
        }
    }

    private static void putVolumes(ArrayNode array, Volumes volumes) {
        for (Volume volume : volumes.list(Map.of())) {
            ObjectNode entry = VolumeJson.inspect(volume);
            try {
                entry.putObject("UsageData")
                        .put("RefCount", volumes.users(volume.name()))
                        .put("Size", volumes.sizeBytes(volume.name()));
                array.add(entry);
            } catch (FeluccaException e) {
                if (e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
    }

    private static void putContainers(
            ArrayNode array, Images images, Containers containers, List<Container> all, Instant now) {
        ImageNames names = new ImageNames(images);
        for (Container container : all) {
            ImageNames.Named image = names.of(container);
            try {
                long own = containers.sizeBytes(container.id());
                array.add(ContainerJson.summary(container, image.name(), now, own, own + image.sizeBytes()));
            } catch (FeluccaException e) {
                // One that was removed meanwhile takes nothing.
                if (e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
    }
}
