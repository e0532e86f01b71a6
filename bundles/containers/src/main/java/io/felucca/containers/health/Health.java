package io.felucca.containers.health;

import io.felucca.containers.Container;
import io.felucca.containers.Container.Probe;
import io.felucca.containers.state.HealthState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the probes of one run of a container have found, by the rules of dockerd 20.10. Thread-safe. */
final class Health implements HealthState {

    private static final int KEPT = 5;

    private final HealthCheck check;
    private final Instant startedAt;
    private final List<Probe> log = new ArrayList<>();
    private String status = Container.Health.STARTING;
    private int failingStreak;
    private boolean over;

    Health(HealthCheck check, Instant startedAt) {
        this.check = check;
        this.startedAt = startedAt;
    }

    HealthCheck check() {
        return check;
    }

    /** How long until the next probe. */
    synchronized Duration pause(Instant now) {
        boolean starting = status.equals(Container.Health.STARTING) && inStartPeriod(now);
        return starting ? check.startInterval() : check.interval();
    }

    private boolean inStartPeriod(Instant at) {
        return at.isBefore(startedAt.plus(check.startPeriod()));
    }

    /** @return whether the status is another now */
    synchronized boolean add(Probe probe) {
        if (over) {
            return false;
        }
        String before = status;
        log.add(probe);
        if (log.size() > KEPT) {
            log.remove(0);
        }
        if (probe.exitCode() == 0) {
            failingStreak = 0;
            status = Container.Health.HEALTHY;
        } else if (!status.equals(Container.Health.STARTING) || !inStartPeriod(probe.start())) {
            failingStreak++;
            if (failingStreak >= check.retries()) {
                status = Container.Health.UNHEALTHY;
            }
        }
        return !status.equals(before);
    }

    @Override
    public synchronized void end() {
        over = true;
        status = Container.Health.UNHEALTHY;
    }

    synchronized boolean isOver() {
        return over;
    }

    @Override
    public synchronized Container.Health view() {
        return new Container.Health(status, failingStreak, List.copyOf(log));
    }
}
