package io.felucca.containers.life;

import io.felucca.containers.usage.UsageReading;
import java.nio.file.Path;

/** The steps of a container's life, put together and begun: what an earlier engine left is adopted. */
final class Steps {

    final Networking networking;
    final Removal removal;
    final Creation creation;
    final Stopping stopping;
    final Execs execs;
    final Turns turns;
    final Cleaning cleaning;
    final Outputs outputs;
    final Views views;
    final UsageReading usage;
    private final Starting starting;

    Steps(Core core) {
        cleaning = new Cleaning(core);
        networking = new Networking(core);
        execs = new Execs(core);
        LogForwarding forwarding = new LogForwarding(core);
        LogKeeping keeping = new LogKeeping(core);
        removal = new Removal(core, networking, cleaning, execs, forwarding);
        Restarts restarts = new Restarts(core, this::restart);
        stopping = new Stopping(core, restarts);
        HealthChecks health = new HealthChecks(core, execs, this::stopUnhealthy);
        Endings endings = new Endings(core, networking, cleaning, removal, restarts, keeping);
        starting = new Starting(core, networking, endings, cleaning, forwarding, keeping, health);
        creation = new Creation(core, networking);
        views = new Views(core, networking);
        turns = new Turns(core, networking, removal, restarts, starting, stopping);
        outputs = new Outputs(core, starting);
        usage = new UsageReading(
                Path.of("/proc"),
                Path.of("/sys/fs/cgroup"),
                core.facts().cgroups().unified(),
                core.facts().cpus().count());
        new Adoption(
                        core,
                        networking,
                        execs,
                        starting,
                        restarts,
                        endings,
                        cleaning,
                        removal,
                        forwarding,
                        keeping,
                        health)
                .begin();
        forwarding.begin();
    }

    /** By its policy, in its turn. */
    private void restart(Entry entry) {
        starting.restart(entry);
    }

    private void stopUnhealthy(Entry entry) {
        stopping.stopRunning(entry, null, null);
    }
}
