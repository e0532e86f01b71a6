package io.felucca.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What crun 1.8.1 and runc 1.1.5 were seen to say, and dockerd 20.10.24's words for it. */
class RuntimeFailureTest {

    private static final RuntimeProgram CRUN = new RuntimeProgram(
            "crun", Path.of("/usr/bin/crun"), Path.of("/usr/bin/crun"), Path.of("/run/x"), true, List.of());
    private static final RuntimeProgram RUNC = new RuntimeProgram(
            "runc", Path.of("/usr/sbin/runc"), Path.of("/usr/sbin/runc"), Path.of("/run/x"), true, List.of());
    private static final String CREATE = "failed to create shim task: OCI runtime create failed: ";

    private static String json(String message) {
        return "{\"msg\":\"" + message + "\",\"level\":\"error\",\"time\":\"2026-11-24T13:22:57.500333Z\"}\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "executable file `nope` not found in $PATH: No such file or directory|nope|exec: \"nope\": executable file not found in $PATH",
                "executable file `/nope` not found in $PATH: No such file or directory|/nope|exec: \"/nope\": stat /nope: no such file or directory",
                "executable file `./x` not found in $PATH: No such file or directory|./x|exec: \"./x\": stat ./x: no such file or directory",
                "open executable: Permission denied|/notexec|exec: \"/notexec\": permission denied",
                "open executable: Operation not permitted|/etc|exec: \"/etc\": permission denied",
            })
    void crunsWordsBecomeDockers(String crun, String program, String docker) {
        FeluccaException failure = RuntimeFailure.read(json(crun)).ofCreate(CRUN, List.of(program));

        assertThat(failure)
                .hasMessage(CREATE + "crun create failed: unable to start container process: " + docker + ": unknown");
        assertThat(failure.kind()).isEqualTo(FeluccaException.Kind.INVALID);
    }

    @Test
    void anEmptyProgramIsNotFound() {
        assertThat(RuntimeFailure.read(json("open executable: Operation not permitted"))
                        .ofCreate(CRUN, List.of("")))
                .hasMessageEndingWith("exec: \"\": executable file not found in $PATH: unknown");
    }

    @Test
    void runcsWordsAreDockers() {
        String said = "{\"level\":\"error\",\"msg\":\"runc create failed: unable to start container process:"
                + " exec: \\\"nope\\\": executable file not found in $PATH\",\"time\":\"2026-11-24T13:22:41Z\"}\n";

        assertThat(RuntimeFailure.read(said).ofCreate(RUNC, List.of("nope")))
                .hasMessage(CREATE + "runc create failed: unable to start container process: exec: \"nope\":"
                        + " executable file not found in $PATH: unknown");
    }

    @Test
    void whatIsNoUsersFaultIsOfTheSystem() {
        FeluccaException failure = RuntimeFailure.read(json("mount `tmpfs` to `x`: Invalid argument"))
                .ofCreate(CRUN, List.of("sh"));

        assertThat(failure)
                .hasMessage(CREATE + "crun create failed: unable to start container process: error during container"
                        + " init: mount `tmpfs` to `x`: Invalid argument: unknown");
        assertThat(failure.kind()).isEqualTo(FeluccaException.Kind.SYSTEM);
    }

    @Test
    void T26_aProfileThatIsNotLoadedIsToldAsRuncDoes() {
        assertThat(RuntimeFailure.read(json("write file `/proc/thread-self/attr/exec`: No such file or directory"))
                        .ofCreate(CRUN, List.of("sh")))
                .hasMessage(CREATE + "crun create failed: unable to start container process: error during container"
                        + " init: unable to apply apparmor profile: apparmor failed to apply profile: write"
                        + " /proc/self/attr/apparmor/exec: no such file or directory: unknown");
    }

    @Test
    void aDirectoryOnAFileIsExplained() {
        assertThat(RuntimeFailure.read(json("mount `/x` to `etc/passwd`: Not a directory"))
                        .ofCreate(CRUN, List.of("sh")))
                .hasMessage(CREATE + "crun create failed: unable to start container process: error during container"
                        + " init: mount `/x` to `etc/passwd`: Not a directory: unknown: Are you trying to mount a"
                        + " directory onto a file (or vice-versa)? Check if the specified host path exists and is the"
                        + " expected type");
    }

    @Test
    void warningsAreNotTheReason() {
        String said = "{\"msg\":\"something odd\",\"level\":\"warning\"}\n" + json("the reason")
                + "{\"msg\":\"more\",\"level\":\"warning\"}\n";

        assertThat(RuntimeFailure.read(said).message()).isEqualTo("the reason");
        assertThat(RuntimeFailure.read("plain words\n").message()).isEqualTo("plain words");
        assertThat(RuntimeFailure.read("{\"msg\": cut off").message()).isEqualTo("{\"msg\": cut off");
        assertThat(RuntimeFailure.read("").message()).isEmpty();
    }

    @Test
    void execFailsInItsOwnWords() {
        assertThat(RuntimeFailure.read(json("executable file `nope` not found in $PATH: No such file or directory"))
                        .ofExec(List.of("nope")))
                .hasMessage("OCI runtime exec failed: exec failed: unable to start container process: exec: \"nope\":"
                        + " executable file not found in $PATH: unknown");
    }

    @Test
    void aMissingWorkingDirectoryIsToldAsRuncDoes() {
        FeluccaException failure = RuntimeFailure.read(json("chdir `/nonex`: No such file or directory"))
                .ofExec(List.of("ls"));

        assertThat(failure)
                .hasMessage("OCI runtime exec failed: exec failed: unable to start container process: chdir to cwd"
                        + " (\"/nonex\") set in config.json failed: no such file or directory: unknown");
        assertThat(failure.kind()).isEqualTo(FeluccaException.Kind.INVALID);
    }
}
