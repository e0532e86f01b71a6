package io.felucca.builder.stage;

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
public final class Stage {

    private final ConfigChanges config;
    private final Map<String, String> predefined = new LinkedHashMap<>();
    private final Optional<Digest> base;
    private Optional<Digest> image;
    private String author;

    public Stage(Optional<Digest> image, ImageConfig config, String author, char escape) {
        this.image = image;
        base = image;
        this.config = new ConfigChanges(config, escape);
        this.author = author;
    }

    public ConfigChanges config() {
        return config;
    }

    /** The image that it began with; empty for none. */
    public Optional<Digest> base() {
        return base;
    }

    public Optional<Digest> image() {
        return image;
    }

    public void image(Digest made) {
        image = Optional.of(made);
    }

    public String author() {
        return author;
    }

    public void author(String name) {
        author = name;
    }

    /** Arguments that a RUN has without naming them, such as proxies; no history shows them. */
    public Map<String, String> predefined() {
        return predefined;
    }

    /** Arguments that a RUN has and that history shows. */
    public Map<String, String> arguments() {
        return new TreeMap<>(config.visibleArguments());
    }

    /** As history begins the line of what is no RUN. */
    public String notRun(String text) {
        return String.join(" ", config.shellWords()) + " #(nop) " + text;
    }

    /** The command of the container that dockerd would have made for it. */
    public List<String> notRunCommand(String text) {
        List<String> words = new ArrayList<>(config.shellWords());
        if (text.startsWith(" ")) {
            words.addAll(List.of("#(nop) ", text.substring(1)));
        } else {
            words.add("#(nop) " + text);
        }
        return List.copyOf(words);
    }

    /** The configuration of the container that a step was made in. */
    public ImageConfig containerConfig(List<String> command) {
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
