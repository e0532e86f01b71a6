package io.felucca.shell.volume;

import io.felucca.shell.command.Command;
import io.felucca.volumes.Volume;
import io.felucca.volumes.Volumes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command of volumes. */
abstract class VolumeCommand implements Command {

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    final Volumes volumes;

    VolumeCommand(Volumes volumes) {
        this.volumes = volumes;
    }

    @Override
    public List<String> candidates() {
        return volumes.list(Map.of()).stream().map(Volume::name).toList();
    }
}
