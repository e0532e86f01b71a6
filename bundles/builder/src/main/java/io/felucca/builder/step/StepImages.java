package io.felucca.builder.step;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.builder.Builder.Request;
import io.felucca.builder.cache.StepCache;
import io.felucca.builder.stage.BuildArguments;
import io.felucca.builder.stage.Stage;
import io.felucca.builder.stage.StageOutput;
import io.felucca.builder.work.BuildImages;
import io.felucca.builder.work.Services;
import io.felucca.images.Image;
import io.felucca.images.ImageConfig;
import io.felucca.images.Layers;
import io.felucca.images.Layers.Layer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images of steps: finds those that were made before, and makes the others. One stage, one thread. */
public final class StepImages {

    private static final Logger LOG = LoggerFactory.getLogger(StepImages.class);

    private final Services services;
    private final StepCache cache;
    private final Request request;
    private final StageOutput output;
    private final BuildImages.Hold images;
    private final Optional<Instant> latest;
    private final List<Digest> others = new ArrayList<>();

    public StepImages(
            Services services, StepCache cache, Request request, StageOutput output, BuildImages.Hold images) {
        this.services = services;
        this.cache = cache;
        this.request = request;
        this.output = output;
        this.images = images;
        latest = BuildArguments.sourceDate(request.arguments());
        for (String name : request.noCache() ? List.<String>of() : request.cacheFrom()) {
            find(name).ifPresent(others::add);
        }
    }

    /** As with dockerd, an image that is not here is passed over. */
    private Optional<Digest> find(String name) {
        try {
            Image image = services.images().get(name);
            return Optional.of(images.apply(image.id()));
        } catch (FeluccaException e) {
            LOG.info("a build goes on without the cache of {}: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * The work of a step.
     *
     * @param createdBy as history shows it
     * @param details what besides that makes a difference; empty when nothing does
     * @param command of its container
     */
    public record Doing(String createdBy, String details, List<String> command) {}

    /**
     * The key of the cache, by all that makes a difference.
     *
     * @param other the image that the step is taken from; empty for what was made here
     */
    private String key(Stage stage, Doing doing, Optional<Digest> other) {
        List<String> parts = new ArrayList<>(List.of(doing.createdBy(), doing.details(), stage.author()));
        other.ifPresent(image -> parts.add("from " + image));
        latest.ifPresent(time -> parts.add(time.toString()));
        return StepCache.key(services.hashes().sha256(), stage.image(), parts);
    }

    /** @param told whether history tells all of the step, so that other images' steps can be compared with it */
    public boolean isMade(Stage stage, Doing doing, boolean told) {
        if (request.noCache()) {
            return false;
        }
        Optional<Digest> found = cache.find(key(stage, doing, Optional.empty()), images);
        if (found.isEmpty() && told) {
            found = fromOthers(step(stage, Optional.empty(), doing, ""));
            // A name of its own: builds that do not name the other image must not stand on what it claims to be.
            found.ifPresent(image -> cache.put(key(stage, doing, Optional.of(others.get(0))), image));
        }
        found.ifPresent(image -> {
            output.cached();
            stage.image(image);
        });
        return found.isPresent();
    }

    /** The first image that has the step serves; the steps after it are looked for in that one alone. */
    private Optional<Digest> fromOthers(Layers.Step step) {
        for (Digest other : others) {
            List<Digest> reused = new ArrayList<>();
            images.making(step.parent(), () -> {
                services.layers().reuse(step, other).ifPresent(reused::add);
                return reused.isEmpty() ? other : reused.get(0);
            });
            if (!reused.isEmpty()) {
                others.retainAll(List.of(other));
                return Optional.of(reused.get(0));
            }
        }
        return Optional.empty();
    }

    private Layers.Step step(Stage stage, Optional<Layer> layer, Doing doing, String container) {
        return new Layers.Step(
                layer,
                stage.image(),
                stage.author(),
                doing.createdBy(),
                latest.isPresent() ? "" : container,
                stage.containerConfig(doing.command()),
                stage.config().result(),
                latest);
    }

    public void make(Stage stage, Doing doing, Optional<Layer> layer, String container) {
        Layers.Step step = step(stage, layer, doing, container);
        Digest image = images.making(step.parent(), () -> services.layers().step(step));
        cache.put(key(stage, doing, Optional.empty()), image);
        stage.image(image);
    }

    /** Gives a stage from nothing an image, which a container can be made of. */
    void makeEmpty(Stage stage) {
        Layers.Step step = new Layers.Step(
                Optional.empty(),
                Optional.empty(),
                "",
                "",
                "",
                ImageConfig.EMPTY,
                stage.config().result(),
                latest);
        stage.image(images.making(step.parent(), () -> services.layers().step(step)));
    }

    /** Makes one layer of all that a stage has above its base. */
    public Digest squashed(Digest image, Optional<Digest> base) {
        String driver = services.storage().defaultDriver();
        Layers.Squash squash = new Layers.Squash(
                image,
                base,
                driver,
                services.images().unpack(image, driver),
                base.map(id -> services.images().unpack(id, driver)).orElse(""),
                latest);
        return images.making(base, () -> services.layers().squash(squash));
    }
}
