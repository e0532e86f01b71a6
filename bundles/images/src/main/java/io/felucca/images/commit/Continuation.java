package io.felucca.images.commit;

import io.felucca.images.Image;
import io.felucca.images.Layers.Step;
import io.felucca.images.config.ConfigDocument;
import java.util.List;

/** Whether an image was made of another by a step, as far as its layers and its history tell. */
final class Continuation {

    private Continuation() {}

    /** True when {@code made} is {@code parent} and one or more steps, the first of which is {@code step}. */
    static boolean is(ConfigDocument made, ConfigDocument parent, Step step) {
        int lines = parent.history().size();
        int layers = parent.diffIds().size();
        List<Image.History> history = made.history();
        if (history.size() <= lines
                || made.diffIds().size() < layers
                || !history.subList(0, lines).equals(parent.history())
                || !made.diffIds().subList(0, layers).equals(parent.diffIds())
                || !made.os().equals(parent.os())
                || !made.architecture().equals(parent.architecture())) {
            return false;
        }
        Image.History next = history.get(lines);
        return next.createdBy().equals(step.createdBy())
                && next.author().equals(step.author())
                && (next.emptyLayer() || made.diffIds().size() > layers);
    }
}
