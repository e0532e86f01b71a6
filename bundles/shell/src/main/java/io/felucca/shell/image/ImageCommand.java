package io.felucca.shell.image;

import io.felucca.images.Images;
import io.felucca.shell.command.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command of the image store. */
abstract class ImageCommand implements Command {

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    final Images images;

    ImageCommand(Images images) {
        this.images = images;
    }

    @Override
    public List<String> candidates() {
        return images.list(false, Map.of()).stream()
                .flatMap(image -> image.tags().stream())
                .toList();
    }
}
