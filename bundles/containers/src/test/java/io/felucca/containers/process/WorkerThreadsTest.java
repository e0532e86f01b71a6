package io.felucca.containers.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.linux.kernel.socket.KernelSockets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WorkerThreadsTest {

    @Test
    void B3_theEndOfTheEngineIsToldToWhoeverIsInTheMiddleOfSomething() throws Exception {
        WorkerThreads workers = new WorkerThreads(new KernelSockets().openPoller());
        assertThat(CompletableFuture.supplyAsync(() -> 7, workers.executor()).get(60, TimeUnit.SECONDS))
                .isEqualTo(7);
        workers.stopPolling();
        workers.close();
        refused(() -> workers.executor().execute(() -> {}));
        refused(() -> CompletableFuture.runAsync(() -> {}, workers.executor()));
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.UNAVAILABLE))
                .hasMessage("the engine is stopping: nothing more is begun");
    }
}
