package io.felucca.builder.run;

import io.felucca.Digest;
import io.felucca.dockerfile.ConfigChanges;
import io.felucca.images.ImageConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a stage has come to. */
final class Stage {

    private final ConfigChanges config;
    private final Map<String, String> predefined = new LinkedHashMap<>();
    private final Optional<Digest> base;
    private Optional<Digest> image;
    private String author;

    Stage(Optional<Digest> image, ImageConfig config, String author, char escape) {
        this.image = image;
        base = image;
        this.config = new ConfigChanges(config, escape);
        this.author = author;
    }

    ConfigChanges config() {
        return config;
    }

    /** The image that it began with; empty for none. */
    Optional<Digest> base() {
        return base;
    }

    Optional<Digest> image() {
        return image;
    }

    void image(Digest made) {
        image = Optional.of(made);
    }

    String author() {
        return author;
    }

    void author(String name) {
        author = name;
    }

    /** Arguments that a RUN has without naming them, such as proxies; no history shows them. */
    Map<String, String> predefined() {
        return predefined;
    }

    /** Arguments that a RUN has and that history shows. */
    Map<String, String> arguments() {
        return new TreeMap<>(config.visibleArguments());
    }

    /** As history begins the line of what is no RUN. */
    String notRun(String text) {
        return String.join(" ", config.shellWords()) + " #(nop) " + text;
    }

    /** The command of the container that dockerd would have made for it. */
    List<String> notRunCommand(String text) {
        List<String> words = new ArrayList<>(config.shellWords());
        if (text.startsWith(" ")) {
            words.addAll(List.of("#(nop) ", text.substring(1)));
        } else {
            words.add("#(nop) " + text);
        }
        return List.copyOf(words);
    }

    /** The configuration of the container that a step was made in. */
    ImageConfig containerConfig(List<String> command) {
        ImageConfig own = config.result();
        return new ImageConfig(
                own.user(),
                own.exposedPorts(),
                own.env(),
                own.entrypoint(),
                command,
                own.volumes(),
                own.workingDir(),
                own.labels(),
                own.stopSignal(),
                own.onBuild(),
                own.shell(),
                own.healthcheck());
    }
}
