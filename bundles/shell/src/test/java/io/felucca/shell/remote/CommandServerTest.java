package io.felucca.shell.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.shell.command.NamedFunction;
import io.felucca.shell.remote.CommandClient.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CommandServerTest {

    private final CommandClient client = new CommandClient(List.of());

    /** What a stranger's bundle may register: a plain object whose method is the command. */
    public static final class Stranger {
        public String greet(CommandSession session, String... words) {
            System.out.println("hello " + Arrays.toString(words));
            return "returned";
        }

        public void fail(CommandSession session) {
            throw new IllegalStateException("broken");
        }
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    @DisplayName("any bundle's Gogo command of the scope works, its words untouched by Gogo")
    void aStrangersCommandWorks() throws Exception {
        client.processor().addCommand(NamedFunction.SCOPE, new Stranger(), "greet");
        client.processor().addCommand(NamedFunction.SCOPE, new Stranger(), "fail");

        assertThat(client.run("greet", "$x", "a b", "|", "*", "'q").succeeds().out())
                .isEqualTo("hello [$x, a b, |, *, 'q]\nreturned\n");
        assertThat(client.run("fail")).isEqualTo(new Result(1, "", "felucca: broken\n"));
        assertThat(client.run("--help").out()).contains("  greet\n");
    }

    @Test
    @DisplayName("T25: a command's OutOfMemoryError is that command's failure, and the next one works")
    void outOfMemoryIsTheCommandsFailure() throws Exception {
        Function huge = (session, words) -> new long[Integer.MAX_VALUE].length;
        client.processor().addCommand(NamedFunction.SCOPE, huge, "huge");
        client.processor().addCommand(NamedFunction.SCOPE, new Stranger(), "greet");

        var answer = client.run("huge");

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.err()).contains("felucca: the engine has too little memory for this command (");
        assertThat(client.run("greet", "again").succeeds().out()).startsWith("hello [again]");
    }

    @Test
    void commandsOfOtherScopesAreOutOfReach() throws Exception {
        client.processor().addCommand("gogo", new Stranger(), "greet");

        assertThat(client.run("gogo:greet").code()).isEqualTo(1);
        assertThat(client.run("greet").code()).isEqualTo(1);
    }

    @Test
    @DisplayName("T25: a frame that is too long ends the connection before it is read")
    void aFrameThatIsTooLongIsRefused() {
        byte[] frame = ByteBuffer.allocate(5).put((byte) 1).putInt(65_537).array();

        assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(frame)).next())
                .isInstanceOf(IOException.class)
                .hasMessage("frame of type 1 has 65537 bytes, more than 65536");
    }

    @Test
    void longOutputIsCutIntoFrames() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        new FrameWriter(out).write(FrameTypes.STDOUT, new byte[200_000]);

        FrameReader reader = new FrameReader(new ByteArrayInputStream(out.toByteArray()));
        int sum = 0;
        for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
            assertThat(frame.get().payload().remaining()).isLessThanOrEqualTo(FrameTypes.MAX_PAYLOAD);
            sum += frame.get().payload().remaining();
        }
        assertThat(sum).isEqualTo(200_000);
    }

    @Test
    void nothingFollowsTheExitCode() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FrameWriter writer = new FrameWriter(out);

        writer.write(FrameTypes.EXIT, new byte[4]);

        assertThatThrownBy(() -> writer.write(FrameTypes.STDOUT, new byte[1])).hasMessage("the user has left");
        assertThat(out.size()).isEqualTo(9);
    }

    @Test
    @DisplayName("T25: input is asked for by reading, and more than was asked for is refused")
    void inputIsBoundedByCredit() throws IOException {
        AtomicInteger credit = new AtomicInteger();
        CreditedInput input = new CreditedInput(100, credit::addAndGet);

        assertThatThrownBy(() -> input.deliver(ByteBuffer.allocate(1))).hasMessageContaining("with a credit of 0");
        input.end();
        assertThat(input.read()).isEqualTo(-1);

        CreditedInput other = new CreditedInput(100, credit::addAndGet);
        Thread feeder = new Thread(() -> {
            try {
                while (credit.get() == 0) {
                    Thread.onSpinWait();
                }
                other.deliver(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                other.end();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        feeder.start();
        assertThat(other.readAllBytes()).containsExactly(1, 2, 3);
    }

    @Test
    @DisplayName("input keeps its bytes, though frames of any length come in the same memory")
    void inputKeepsItsBytes() throws IOException {
        byte[] sent = new byte[100_000];
        new Random(1).nextBytes(sent);
        AtomicInteger credit = new AtomicInteger();
        CreditedInput input = new CreditedInput(1000, credit::addAndGet);
        Thread feeder = new Thread(() -> {
            byte[] memory = new byte[300];
            Random lengths = new Random(2);
            int at = 0;
            try {
                while (at < sent.length) {
                    int length = Math.min(Math.min(credit.get(), sent.length - at), 1 + lengths.nextInt(300));
                    System.arraycopy(sent, at, memory, 0, length);
                    credit.addAndGet(-length);
                    input.deliver(ByteBuffer.wrap(memory, 0, length));
                    at += length;
                }
            } catch (IOException e) {
                input.fail(e);
            }
            input.end();
        });
        feeder.start();
        assertThat(input.readAllBytes()).isEqualTo(sent);
    }
}
