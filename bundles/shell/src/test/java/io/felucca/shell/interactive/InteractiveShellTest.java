package io.felucca.shell.interactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeImages;
import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.container.ContainerFunctions;
import io.felucca.shell.gogo.GogoFunctions;
import io.felucca.shell.remote.CommandClient;
import io.felucca.shell.remote.CommandClient.Result;
import io.felucca.shell.remote.CommandClient.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InteractiveShellTest {

    private final FakeContainers containers = new FakeContainers();
    private final CommandClient client = new CommandClient(ContainerFunctions.of(containers, new FakeImages()));

    @BeforeEach
    void addShell() {
        InteractiveShell.functions(client.processor(), GogoFunctions.OF_SESSION)
                .forEach(function -> client.processor().addCommand(NamedFunction.SCOPE, function, function.name()));
        client.start.put("term", "xterm");
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    @DisplayName("felucca shell: a line is a Gogo line, tab completes, ctrl-d ends")
    void aTerminalGetsAShell() throws Exception {
        client.run("run", "-d", "--name", "web", "busybox", "sleep");
        client.terminal(true);
        client.input = null;

        Running shell = client.begin("shell");
        await().until(() -> shell.out().contains("felucca> "));
        assertThat(shell.rawModes).containsExactly(1);
        shell.type("container inspect -f '{{.Name}}' w\t");
        await().until(() -> shell.out().contains("web"));
        shell.type("\r");
        await().until(() -> shell.out().contains("/web"));
        shell.type("\u0004");

        Result result = shell.finish();
        assertThat(result.code()).isZero();
        assertThat(shell.rawModes).containsExactly(1, 0);
    }

    @Test
    void linesOfInputAreRunWithPipesAndTheLastOnesFailureCounts() throws Exception {
        client.input = "ps -q\nx = busybox\nrun --name a $x echo piped words\nnosuch\nstop nope\n";

        Result result = client.run("shell");

        assertThat(result.out()).contains("piped words\n");
        assertThat(result.err())
                .contains("felucca: Command not found: nosuch")
                .contains("Error response from daemon: No such container: nope\n");
        assertThat(result.code()).isEqualTo(1);
    }

    @Test
    @DisplayName("B5 Words without a scope are the engine's commands where the platform wraps them, as Karaf does")
    void unscopedWordsPassByThePlatformsWrappers() throws Exception {
        List<NamedFunction> own = new ArrayList<>(ContainerFunctions.of(containers, new FakeImages()));
        own.forEach(function -> {
            client.processor().removeCommand(NamedFunction.SCOPE, function.name());
            client.processor()
                    .addCommand(
                            NamedFunction.SCOPE,
                            (Function) (session, words) ->
                                    Objects.requireNonNull(session.get(".session"), "a session of the platform's own"),
                            function.name());
        });
        client.processor().removeCommand(NamedFunction.SCOPE, "shell");
        InteractiveShell.functions(client.processor(), new GogoFunctions() {
                    @Override
                    public Optional<NamedFunction> find(String name) {
                        return own.stream()
                                .filter(function -> function.name().equals(name))
                                .findFirst();
                    }

                    @Override
                    public List<NamedFunction> all() {
                        return own;
                    }
                })
                .forEach(function -> client.processor().addCommand(NamedFunction.SCOPE, function, function.name()));
        client.input = "run --name a busybox echo unscoped\nfelucca:run --name b busybox echo scoped\nps -q\n";

        Result result = client.run("shell");

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("unscoped\n", "\nscoped\n");
        assertThat(result.code()).isZero();
    }

    @Test
    @DisplayName("B5 A command that goes while a shell is open is unknown there")
    void commandsThatGoAreUnknown() throws Exception {
        List<NamedFunction> own = new ArrayList<>(ContainerFunctions.of(containers, new FakeImages()));
        GogoFunctions functions = new GogoFunctions() {
            @Override
            public Optional<NamedFunction> find(String name) {
                return Optional.empty();
            }

            @Override
            public List<NamedFunction> all() {
                return own;
            }
        };
        try (CommandSession session = client.processor().createSession(System.in, System.out, System.err)) {
            functions.addTo(session);
            assertThat(session.get("*:ps")).isInstanceOf(NamedFunction.class);

            own.clear();
            client.processor().removeCommand(NamedFunction.SCOPE, "ps");
            functions.addTo(session);

            assertThat(session.get("*:ps")).isNull();
            assertThat(session.get("felucca:ps")).isNull();
        }
    }

    @Test
    @DisplayName("commands, subcommands, options and names are completed")
    void wordsAreCompleted() throws Exception {
        client.run("run", "-d", "--name", "web", "busybox", "sleep");
        client.run("run", "-d", "--name", "db", "busybox", "sleep");
        try (CommandSession session = client.processor().createSession(System.in, System.out, System.err)) {
            WordCompleter completer = new WordCompleter(session);

            assertThat(completer.possibilities(List.of(), "re")).containsExactly("rename", "restart");
            assertThat(completer.possibilities(List.of("container"), "l")).containsExactly("logs", "ls");
            assertThat(completer.possibilities(List.of("rm"), "--f")).containsExactly("--force");
            assertThat(completer.possibilities(List.of("run"), "--cpus")).contains("--cpus", "--cpuset-cpus");
            assertThat(completer.possibilities(List.of("stop"), "")).containsExactly("db", "web");
            assertThat(completer.possibilities(List.of("container", "rm", "db"), "w"))
                    .containsExactly("web");
            assertThat(completer.possibilities(List.of("run", "-it"), "b")).containsExactly("busybox:latest");
            assertThat(completer.possibilities(List.of("run", "busybox"), "")).isEmpty();
            assertThat(completer.possibilities(List.of("nosuch"), "")).isEmpty();
        }
    }
}
