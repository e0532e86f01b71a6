package io.felucca.shell.network;

import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.containers.PortRange;
import io.felucca.networks.PortBinding;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.Command;
import io.felucca.shell.command.CommandFailure;
import io.felucca.shell.container.options.PortWords;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code port CONTAINER [PORT]} as Docker's, and Felucca's own {@code port add CONTAINER PORT...} and {@code port rm
 * CONTAINER PORT...} on containers that run or not.
 */
@CommandLine.Command(
        customSynopsis = {
            "CONTAINER [PRIVATE_PORT[/PROTO]]",
            "add CONTAINER [[IP:][HOST_PORT]:]PORT[/PROTO]...",
            "rm CONTAINER [[IP:]HOST_PORT:]PORT[/PROTO]..."
        },
        description = "List port mappings or a specific mapping for the container; add or take away some")
final class PortCommand implements Command {

    @Option(names = "--help", arity = "1", description = "Print usage")
    boolean help;

    @Parameters
    List<String> words = new ArrayList<>();

    private final Containers containers;

    PortCommand(Containers containers) {
        this.containers = containers;
    }

    @Override
    public Arguments arguments() {
        return Arguments.atLeast(1);
    }

    @Override
    public List<String> candidates() {
        return containers.list(true, Map.of()).stream().map(Container::name).toList();
    }

    @Override
    public int run(ClientSession user) {
        String first = words.get(0);
        if (words.size() > 2 && (first.equals("add") || first.equals("rm"))) {
            change(words.get(1), PortWords.parse(words.subList(2, words.size())), first.equals("add"));
            return 0;
        }
        if (words.size() > 2) {
            throw new CommandFailure(
                    1, "felucca: 'felucca port' requires at least 1 and at most 2 arguments, or add or rm");
        }
        Map<String, List<PortBinding>> ports =
                PortRange.each(containers.get(first).networkSettings().sandbox().ports());
        if (words.size() == 2) {
            print(ports, first, words.get(1), user);
        } else {
            Map<String, List<PortBinding>> sorted = new TreeMap<>(PortCommand::compare);
            sorted.putAll(ports);
            sorted.forEach(
                    (port, bindings) -> bindings.forEach(binding -> user.out().println(port + " -> " + text(binding))));
        }
        return 0;
    }

    private static int compare(String one, String other) {
        int order = Integer.compare(number(one), number(other));
        return order == 0 ? one.compareTo(other) : order;
    }

    private static int number(String port) {
        return Integer.parseInt(port.substring(0, port.indexOf('/')));
    }

    private static void print(Map<String, List<PortBinding>> ports, String name, String word, ClientSession user) {
        List<PortBinding> bindings = ports.get(word.contains("/") ? word : word + "/tcp");
        if (bindings == null || bindings.isEmpty()) {
            throw new CommandFailure(1, "Error: No public port '" + word + "' published for " + name);
        }
        bindings.forEach(binding -> user.out().println(text(binding)));
    }

    private static String text(PortBinding binding) {
        return (binding.hostIp().contains(":") ? "[" + binding.hostIp() + "]" : binding.hostIp()) + ":"
                + binding.hostPort();
    }

    private void change(String name, Map<String, List<PortBinding>> asked, boolean add) {
        Map<String, List<PortBinding>> wanted = new LinkedHashMap<>(
                PortRange.each(containers.get(name).hostConfig().portBindings()));
        PortRange.each(asked).forEach((port, bindings) -> {
            List<PortBinding> all = new ArrayList<>(wanted.getOrDefault(port, List.of()));
            for (PortBinding binding : bindings) {
                if (add && !all.contains(binding)) {
                    all.add(binding);
                }
                if (!add && !all.removeIf(old -> isMeant(old, binding))) {
                    throw new CommandFailure(1, "Error: No public port '" + port + "' published for " + name);
                }
            }
            wanted.put(port, all);
        });
        wanted.values().removeIf(List::isEmpty);
        containers.publish(name, PortRange.joined(wanted));
    }

    /** A word without a host port means every one that leads to that port. */
    private static boolean isMeant(PortBinding there, PortBinding asked) {
        return (asked.hostPort().isEmpty() || asked.hostPort().equals(there.hostPort()))
                && (asked.hostIp().isEmpty() || asked.hostIp().equals(there.hostIp()));
    }
}
