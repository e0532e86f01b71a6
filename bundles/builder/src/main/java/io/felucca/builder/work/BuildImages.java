package io.felucca.builder.work;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageUsers;
import io.felucca.images.Images;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Component;

/** The images that running builds stand on: none of them is removed before its build has ended. Thread-safe. */
@Component(service = {ImageUsers.class, BuildImages.class})
public final class BuildImages implements ImageUsers {

    private final Set<Hold> holds = ConcurrentHashMap.newKeySet();

    /** @param build the id that refusals name */
    public Hold open(String build, Images images) {
        Hold hold = new Hold(build, images);
        holds.add(hold);
        return hold;
    }

    public boolean isHeld(Digest image) {
        return !usesOf(image).isEmpty();
    }

    @Override
    public List<Use> usesOf(Digest image) {
        List<Use> uses = new ArrayList<>();
        for (Hold hold : holds) {
            if (hold.held.contains(image) || hold.isMaking(image)) {
                uses.add(new Use(hold.build, "", true));
            }
        }
        return uses;
    }

    /** The images of one build, until it is closed. Thread-safe. */
    public final class Hold implements AutoCloseable, UnaryOperator<Digest> {

        private final String build;
        private final Images images;
        private final Set<Digest> held = ConcurrentHashMap.newKeySet();
        private final List<Optional<Digest>> parents = new CopyOnWriteArrayList<>();

        private Hold(String build, Images images) {
            this.build = build;
            this.images = images;
        }

        /** Holds an image that is there. @throws FeluccaException NOT_FOUND when it has gone */
        @Override
        public Digest apply(Digest image) {
            held.add(image);
            try {
                return images.get(image.value()).id();
            } catch (FeluccaException e) {
                held.remove(image);
                throw e;
            }
        }

        /** Makes an image, which nothing removes between its making and the hold on it. */
        public Digest making(Optional<Digest> parent, Supplier<Digest> work) {
            parents.add(parent);
            try {
                Digest made = work.get();
                held.add(made);
                return made;
            } finally {
                parents.remove(parent);
            }
        }

        /** True for a child of the image that a step is being made of: it may be what the step makes. */
        private boolean isMaking(Digest image) {
            if (parents.isEmpty()) {
                return false;
            }
            try {
                String parent = images.get(image.value()).parent();
                return parents.contains(parent.isEmpty() ? Optional.empty() : Optional.of(new Digest(parent)));
            } catch (FeluccaException e) {
                if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                    return false;
                }
                throw e;
            }
        }

        @Override
        public void close() {
            holds.remove(this);
        }
    }
}
