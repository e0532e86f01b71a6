package io.felucca.shell.system;

import io.felucca.containers.Containers;
import io.felucca.images.Images;
import io.felucca.networks.Networks;
import io.felucca.shell.image.ImageWords;
import io.felucca.volumes.Volumes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code system prune} removes. */
final class PruneSteps {

    private PruneSteps() {}

    static PruneStep containers(Containers containers) {
        return new PruneStep() {
            @Override
            public String warning(boolean all) {
                return "all stopped containers";
            }

            @Override
            public String header() {
                return "Deleted Containers:";
            }

            @Override
            public Outcome prune(boolean all, Map<String, List<String>> filters) {
                Containers.Pruned pruned = containers.prune(filters);
                return new Outcome(pruned.ids(), pruned.reclaimedBytes());
            }
        };
    }

    static PruneStep networks(Networks networks) {
        return new PruneStep() {
            @Override
            public String warning(boolean all) {
                return "all networks not used by at least one container";
            }

            @Override
            public String header() {
                return "Deleted Networks:";
            }

            @Override
            public Outcome prune(boolean all, Map<String, List<String>> filters) {
                return new Outcome(networks.prune(filters), 0);
            }
        };
    }

    static PruneStep volumes(Volumes volumes) {
        return new PruneStep() {
            @Override
            public String warning(boolean all) {
                return "all anonymous volumes not used by at least one container";
            }

            @Override
            public String header() {
                return "Deleted Volumes:";
            }

            @Override
            public Outcome prune(boolean all, Map<String, List<String>> filters) {
                Volumes.Pruned pruned = volumes.prune(filters);
                return new Outcome(pruned.names(), pruned.reclaimedBytes());
            }
        };
    }

    static PruneStep images(Images images) {
        return new PruneStep() {
            @Override
            public String warning(boolean all) {
                return all ? "all images without at least one container associated to them" : "all dangling images";
            }

            @Override
            public String header() {
                return "Deleted Images:";
            }

            @Override
            public Outcome prune(boolean all, Map<String, List<String>> filters) {
                Map<String, List<String>> wanted = new LinkedHashMap<>(filters);
                wanted.put("dangling", List.of(Boolean.toString(!all)));
                Images.Pruned pruned = images.prune(wanted);
                return new Outcome(ImageWords.removed(pruned.removed()), pruned.reclaimedBytes());
            }
        };
    }
}
