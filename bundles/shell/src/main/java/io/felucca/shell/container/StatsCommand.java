package io.felucca.shell.container;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.ContainerStats;
import io.felucca.containers.Containers;
import io.felucca.docker.text.DockerText;
import io.felucca.docker.text.StatsText;
import io.felucca.shell.command.Arguments;
import io.felucca.shell.command.FormatText;
import io.felucca.shell.container.options.NamesCommand;
import io.felucca.shell.text.FormattedList;
import io.felucca.shell.user.ClientSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code stats}: what containers use, once or each second. */
@CommandLine.Command(
        customSynopsis = "[OPTIONS] [CONTAINER...]",
        description = "Display a live stream of container(s) resource usage statistics")
final class StatsCommand extends NamesCommand {

    private static final String COLUMNS =
            "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";
    private static final long PERIOD_MILLIS = 1_000;
    private static final String TO_TOP = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";

    @Option(
            names = {"-a", "--all"},
            arity = "1",
            description = "Show all containers (default shows just running)")
    boolean all;

    @Option(names = "--format", description = FormatText.LIST)
    String format = "";

    @Option(names = "--no-stream", arity = "1", description = "Disable streaming stats and only pull the first result")
    boolean noStream;

    @Option(names = "--no-trunc", arity = "1", description = "Do not truncate output")
    boolean noTrunc;

    StatsCommand(Containers containers) {
        super(containers);
    }

    @Override
    public Arguments arguments() {
        return Arguments.ANY;
    }

    @Override
    public int run(ClientSession user) throws InterruptedException {
        List<String> asked = new ArrayList<>();
        for (String name : names) {
            asked.add(containers.get(name).id());
        }
        CountDownLatch gone = new CountDownLatch(1);
        try (ClientSession.Ending watch = user.onGone(gone::countDown)) {
            Map<String, ContainerStats> before = read(listed(asked));
            do {
                if (gone.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                    return 0;
                }
                List<Container> listed = listed(asked);
                Map<String, ContainerStats> now = read(listed);
                show(user, render(listed, before, now));
                before = now;
            } while (!noStream && (asked.isEmpty() || !before.isEmpty()));
        }
        return 0;
    }

    private List<Container> listed(List<String> asked) {
        if (asked.isEmpty()) {
            return containers.list(all, Map.of());
        }
        List<Container> listed = new ArrayList<>();
        for (String id : asked) {
            try {
                listed.add(containers.get(id));
            } catch (FeluccaException e) {
                requireGone(e);
            }
        }
        return listed;
    }

    private Map<String, ContainerStats> read(List<Container> listed) {
        Map<String, ContainerStats> stats = new LinkedHashMap<>();
        for (Container container : listed) {
            try {
                stats.put(container.id(), containers.stats(container.id()));
            } catch (FeluccaException e) {
                requireGone(e);
            }
        }
        return stats;
    }

    private static void requireGone(FeluccaException failure) {
        if (failure.kind() != FeluccaException.Kind.NOT_FOUND) {
            throw failure;
        }
    }

    private String render(List<Container> listed, Map<String, ContainerStats> before, Map<String, ContainerStats> now) {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Container container : listed) {
            ContainerStats stats = now.get(container.id());
            if (stats != null) {
                lines.add(line(container, before.getOrDefault(container.id(), ContainerStats.NONE), stats));
            }
        }
        return new FormattedList("*container.statsContext", headers(), COLUMNS).render(format, lines);
    }

    private Map<String, Object> line(Container container, ContainerStats before, ContainerStats stats) {
        boolean known = before.read() != null && stats.read() != null;
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("BlockIO", StatsText.blocks(stats));
        line.put("CPUPerc", known ? StatsText.cpu(before, stats) : "0.00%");
        line.put("Container", noTrunc ? container.id() : DockerText.shortId(container.id()));
        line.put("ID", noTrunc ? container.id() : DockerText.shortId(container.id()));
        line.put("MemPerc", StatsText.memoryShare(stats));
        line.put("MemUsage", StatsText.memory(stats));
        line.put("Name", container.name());
        line.put("NetIO", StatsText.network(stats));
        line.put("PIDs", Long.toString(stats.pids().current()));
        return line;
    }

    private static Map<String, Object> headers() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("BlockIO", "BLOCK I/O");
        headers.put("CPUPerc", "CPU %");
        headers.put("Container", "CONTAINER");
        headers.put("ID", "CONTAINER ID");
        headers.put("MemPerc", "MEM %");
        headers.put("MemUsage", "MEM USAGE / LIMIT");
        headers.put("Name", "NAME");
        headers.put("NetIO", "NET I/O");
        headers.put("PIDs", "PIDS");
        return headers;
    }

    /** A screen that is written over is not cleared before: it would flicker. */
    private void show(ClientSession user, String text) {
        if (noStream) {
            user.out().print(text);
        } else {
            user.out().print(TO_TOP + text.replace("\n", REST_OF_LINE + "\n") + REST_OF_SCREEN);
        }
        user.out().flush();
    }
}
