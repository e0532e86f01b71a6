package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.FeluccaException.StartFailure;
import io.felucca.containers.Container;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.HostConfig.RestartPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Restart policies on real containers; needs root, conmon and crun or runc. */
@Tag("root")
@Timeout(60)
class RestartTest {

    private TestEngine engine;
    private Containers containers;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
        containers = engine.containers();
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    private String run(String policy, int retries, String... cmd) {
        var spec = TestEngine.with(
                TestEngine.spec("xx", false, cmd), Map.of("restartPolicy", new RestartPolicy(policy, retries)));
        String id = containers.create(spec).id();
        containers.start(id);
        return id;
    }

    private Status status(String id) {
        return containers.get(id).state().status();
    }

    private int told(String event, String id) {
        return Collections.frequency(engine.events, event + " " + id);
    }

    private static void refused(Kind kind, String text, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessage(text);
    }

    /** Its runtime is away, so that it stays waiting until {@link #comeBack}. */
    private String waiting(String policy) {
        String id = run(policy, 0, "sleep", "1000");
        engine.away.add("RuntimeDriver/oci");
        kill(id);
        await().until(() -> status(id) == Status.RESTARTING);
        return id;
    }

    private void comeBack() {
        engine.away.clear();
    }

    /** From outside, so that no user has asked for it. */
    private void kill(String id) {
        ProcessHandle.of(containers.get(id).state().pid()).orElseThrow().destroyForcibly();
    }

    @Test
    @DisplayName("on-failure:2 starts a failing container twice more, then leaves it ended")
    void onFailureCounts() {
        String id = run("on-failure", 2, "sh", "-c", "exit 3");
        await().until(() -> status(id) == Status.EXITED);

        Container ended = containers.get(id);
        assertThat(ended.restartCount()).isEqualTo(2);
        assertThat(ended.state().exitCode()).isEqualTo(3);
        await().until(() -> told("die", id) == 3);
        assertThat(told("start", id)).isEqualTo(3);
    }

    @Test
    @DisplayName("on-failure lets a container that succeeds be")
    void onFailureLetsSuccessBe() {
        String id = run("on-failure", 0, "true");
        await().until(() -> status(id) == Status.EXITED);
        assertThat(containers.get(id).restartCount()).isZero();
    }

    @Test
    @DisplayName("always starts a container again whatever its exit code, and each time waits longer")
    void alwaysBacksOff() {
        long before = System.nanoTime();
        String id = run("always", 0, "true");
        await().until(() -> containers.get(id).restartCount() >= 4);
        // 100, 200 and 400 ms lie between the first end and the fourth
        assertThat(System.nanoTime() - before).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(700));
        containers.stop(id, 0, null);
        assertThat(status(id)).isEqualTo(Status.EXITED);
    }

    @Test
    @DisplayName("what waits for its restart says so, and takes start, pause, exec and rm as dockerd has it")
    void aWaitingOne() {
        String id = waiting("always");

        Container.State state = containers.get(id).state();
        assertThat(state.running()).isTrue();
        assertThat(state.pid()).isZero();
        assertThat(state.exitCode()).isEqualTo(137);
        assertThat(containers.list(false, Map.of())).hasSize(1);
        refused(Kind.NOT_MODIFIED, "Container " + id + " is already running", () -> containers.start(id));
        String restarting = "Container " + id + " is restarting, wait until the container is running";
        refused(Kind.CONFLICT, restarting, () -> containers.pause(id));
        refused(
                Kind.CONFLICT,
                "You cannot remove a restarting container " + id
                        + ". Stop the container before attempting removal or force remove",
                () -> containers.remove(id, false, false));
        assertThat(containers.await(id, Condition.NOT_RUNNING)).isNotDone();

        comeBack();
        await().until(() -> status(id) == Status.RUNNING);
        assertThat(containers.get(id).restartCount()).isEqualTo(1);
    }

    @Test
    @DisplayName("stop, kill and rm -f end the waiting of one that waits")
    void endingAWaitingOne() {
        String id = waiting("always");
        var exit = containers.await(id, Condition.NOT_RUNNING);
        containers.stop(id, 10, null);
        assertThat(status(id)).isEqualTo(Status.EXITED);
        assertThat(exit.join().code()).isEqualTo(137);
        comeBack();
        containers.start(id);
        assertThat(containers.get(id).restartCount()).isZero();
        containers.remove(id, true, false);

        String killed = waiting("always");
        containers.kill(killed, "KILL");
        assertThat(status(killed)).isEqualTo(Status.EXITED);
        comeBack();
        containers.remove(killed, false, false);

        String removed = waiting("always");
        comeBack();
        containers.remove(removed, true, false);
        assertThat(containers.list(true, Map.of())).isEmpty();
        assertThat(engine.storage.mounted()).isEmpty();
    }

    @Test
    @DisplayName("a container that somebody stopped or killed is not started again, but by restart")
    void aStopIsRespected() {
        String id = run("always", 0, "sleep", "1000");
        containers.kill(id, "KILL");
        assertThat(status(id)).isEqualTo(Status.EXITED);
        assertThat(containers.get(id).restartCount()).isZero();
        containers.restart(id, 0, null);
        containers.restart(id, 0, null);
        assertThat(status(id)).isEqualTo(Status.RUNNING);
        kill(id);
        await().until(() -> containers.get(id).restartCount() == 1 && status(id) == Status.RUNNING);
    }

    @Test
    @DisplayName("B3: an engine starts what ended while none was there, and what an engine before was about to start")
    void theNextEngineGoesOn() {
        String id = run("on-failure", 3, "sleep", "1000");
        int pid = containers.get(id).state().pid();
        engine.end();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        engine.begin();
        containers = engine.containers();
        await().until(() -> status(id) == Status.RUNNING && containers.get(id).restartCount() == 1);

        engine.crashAt("before create");
        kill(id);
        await().dontCatchUncaughtExceptions().until(() -> engine.reached("before create"));
        engine.end();
        engine.begin();
        containers = engine.containers();
        await().until(() -> status(id) == Status.RUNNING);
        assertThat(containers.get(id).restartCount()).isEqualTo(2);
    }

    /** The next starts fail, so many of them. */
    private AtomicInteger fail(int times, FeluccaException failure) {
        AtomicInteger left = new AtomicInteger(times);
        engine.hooks.put("before create", () -> {
            if (left.getAndDecrement() > 0) {
                throw failure;
            }
        });
        return left;
    }

    @Test
    @DisplayName("B3: a restart that fails for a reason that can pass is tried again, also by the next engine")
    void aFailureThatCanPassEndsNoPolicy() {
        String id = run("always", 0, "sleep", "1000");
        fail(3, FeluccaException.notFound("there is no bridge felucca0"));
        kill(id);
        await().until(() -> status(id) == Status.RUNNING && containers.get(id).restartCount() == 1);

        int pid = containers.get(id).state().pid();
        containers.stop(id, 0, null);
        await().until(() -> ProcessHandle.of(pid).isEmpty());
        engine.end();
        fail(3, FeluccaException.system("no space left on device"));
        engine.begin();
        containers = engine.containers();
        await().until(() -> status(id) == Status.RUNNING);
        assertThat(containers.get(id).state().error()).isEmpty();
    }

    @Test
    @DisplayName("A restart whose program cannot be run, or that the host does not support, ends the policy")
    void aFailureThatStaysEndsThePolicy() {
        String id = run("always", 0, "sleep", "1000");
        fail(Integer.MAX_VALUE, FeluccaException.unsupported("no such thing here"));
        kill(id);
        await().until(() -> status(id) == Status.EXITED);
        assertThat(containers.get(id).state().error()).isEqualTo("no such thing here");
        assertThat(containers.get(id).state().exitCode()).isEqualTo(128);
        engine.hooks.clear();

        containers.start(id);
        fail(
                Integer.MAX_VALUE,
                FeluccaException.notStarted(
                        Kind.INVALID,
                        "OCI runtime create failed: exec: \"nosuch\": executable file not found in $PATH",
                        Optional.of(StartFailure.NOT_FOUND),
                        null));
        kill(id);
        await().until(() -> status(id) == Status.EXITED);
        assertThat(containers.get(id).state().exitCode()).isEqualTo(127);
    }

    @Test
    @DisplayName("B3: the next engine starts containers after those whose namespaces they share")
    void theNextEngineStartsInOrder() {
        List<String> chain = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            var spec = TestEngine.with(
                    TestEngine.spec("c" + i, false, "sleep", "1000"),
                    Map.of(
                            "restartPolicy",
                            new RestartPolicy("always", 0),
                            "ipcMode",
                            i == 0 ? "shareable" : "container:" + chain.get(0),
                            "pidMode",
                            i == 0 ? "" : "container:" + chain.get(i - 1)));
            chain.add(containers.create(spec).id());
            containers.start(chain.get(i));
        }
        List<Integer> pids =
                chain.stream().map(id -> containers.get(id).state().pid()).toList();
        engine.end();
        pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        await().until(() -> pids.stream().allMatch(pid -> ProcessHandle.of(pid).isEmpty()));
        engine.events.clear();
        engine.begin();
        containers = engine.containers();

        await().until(() -> chain.stream().allMatch(id -> status(id) == Status.RUNNING));
        await().until(() -> started().size() == chain.size());
        assertThat(started()).isEqualTo(chain);
    }

    private List<String> started() {
        return List.copyOf(engine.events).stream()
                .filter(event -> event.startsWith("start "))
                .map(event -> event.substring("start ".length()))
                .toList();
    }

    @Test
    @DisplayName("B3: of what a user stopped, the next engine starts always, and leaves unless-stopped and on-failure")
    void theNextEngineRespectsStops() {
        String always = run("always", 0, "sleep", "1000");
        containers.stop(always, 0, null);
        containers.rename("xx", "always");
        String unlessStopped = run("unless-stopped", 0, "sleep", "1000");
        containers.stop(unlessStopped, 0, null);
        containers.rename("xx", "unless-stopped");
        String onFailure = run("on-failure", 0, "sleep", "1000");
        containers.stop(onFailure, 0, null);
        engine.end();
        engine.begin();
        containers = engine.containers();

        await().until(() -> status(always) == Status.RUNNING);
        assertThat(status(unlessStopped)).isEqualTo(Status.EXITED);
        assertThat(status(onFailure)).isEqualTo(Status.EXITED);
    }

    @Test
    @DisplayName(
            "a policy that is none, counts where there is nothing to count, or meets --rm is refused as by dockerd")
    void refusedPolicies() {
        refused(Kind.INVALID, "invalid restart policy 'bogus'", () -> run("bogus", 0, "true"));
        refused(
                Kind.INVALID,
                "maximum retry count cannot be used with restart policy 'always'",
                () -> run("always", 4, "true"));
        refused(Kind.INVALID, "maximum retry count cannot be negative", () -> run("on-failure", -4, "true"));
        refused(
                Kind.INVALID,
                "can't create 'AutoRemove' container with restart policy",
                () -> containers.create(TestEngine.with(
                        TestEngine.spec("xx", true, "true"),
                        Map.of("autoRemove", true, "restartPolicy", new RestartPolicy("always", 0)))));
        assertThat(containers.list(true, Map.of())).isEmpty();
    }
}
