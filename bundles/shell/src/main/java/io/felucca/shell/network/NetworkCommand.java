package io.felucca.shell.network;

import io.felucca.networks.Network;
import io.felucca.networks.Networks;
import io.felucca.shell.command.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command of networks. */
abstract class NetworkCommand implements Command {

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    final Networks networks;

    NetworkCommand(Networks networks) {
        this.networks = networks;
    }

    @Override
    public List<String> candidates() {
        return networks.list(Map.of()).stream().map(Network::name).toList();
    }
}
