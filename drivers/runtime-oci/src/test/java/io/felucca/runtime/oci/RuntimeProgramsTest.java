package io.felucca.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.linux.kernel.socket.KernelSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeProgramsTest {

    @TempDir
    private Path directory;

    private RuntimePrograms programs(String runtime) {
        return new RuntimePrograms(
                new RuntimeSettings(runtime, "", directory.resolve("d")), new KernelProcesses(), new KernelSockets());
    }

    private Path script(String text) throws IOException {
        Path script = directory.resolve("crun");
        Files.writeString(script, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    @Test
    void aRuntimeThatRefusesIsToldWithItsReasonAndTheRemedy() throws IOException {
        Path crun = script("echo '{\"msg\":\"cgroups in hybrid mode not supported, drop all controllers from"
                + " cgroupv2\",\"level\":\"error\"}' >&2; exit 1");
        RuntimePrograms programs = programs(crun.toString());

        assertThat(programs.find()).isEmpty();
        assertThatThrownBy(programs::chosen)
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.UNSUPPORTED))
                .hasMessage("no OCI runtime works here; " + crun
                        + ": cgroups in hybrid mode not supported, drop all controllers from cgroupv2 (mount -t cgroup"
                        + " -o hugetlb cgroup /sys/fs/cgroup/hugetlb does it where hugetlb is the one that is left, as"
                        + " Debian's cgroupfs-mount)");
    }

    @Test
    void aRuntimeThatMissesOnlyTheProbesProgramWorks() throws IOException {
        Path crun = script("case \"$*\" in *--version*) echo 'crun version 0.17';; *) echo"
                + " 'executable file `/felucca-probe` not found in $PATH: No such file or directory' >&2; exit 1;;"
                + " esac");
        RuntimePrograms programs = programs(crun.toString());

        RuntimeProgram chosen = programs.chosen();

        assertThat(chosen.path()).isEqualTo(crun);
        assertThat(chosen.takesFilters()).as("too old for compiled filters").isFalse();
        programs.close();
    }

    private RuntimePrograms named(String runtime, String... arguments) {
        return new RuntimePrograms(
                new RuntimeSettings("mine", runtime, List.of(arguments), "", directory.resolve("d")),
                new KernelProcesses(),
                new KernelSockets());
    }

    @Test
    void aNamedRuntimeIsGivenItsArgumentsBeforeEachCommand() throws IOException {
        Path crun = script("case \"$*\" in *--version*) echo 'crun version 1.8';; *'--debug --x=y create'*) echo"
                + " 'executable file `/felucca-probe` not found in $PATH: No such file or directory' >&2; exit 1;;"
                + " *) echo \"no arguments: $*\" >&2; exit 2;; esac");
        RuntimePrograms programs = named(crun.toString(), "--debug", "--x=y");

        assertThat(programs.chosen().options()).endsWith("--debug", "--x=y");
        programs.close();
    }

    @Test
    void aNamedRuntimeHasNoOther() {
        RuntimePrograms programs = named(directory.resolve("away").toString());

        assertThat(programs.shown()).isEmpty();
        assertThatThrownBy(programs::chosen)
                .hasMessage("the program of OCI runtime mine is not there: " + directory.resolve("away"));
    }

    @Test
    void theVersionIsThatOfTheProgramAsItIsNow() throws IOException {
        RuntimePrograms programs = programs("");
        Path crun = script("echo crun version 1");
        Files.setLastModifiedTime(crun, FileTime.fromMillis(1_000));
        assertThat(programs.version(crun)).isEqualTo("1");

        script("echo crun version 2");
        assertThat(programs.version(crun)).isEqualTo("2");

        Files.delete(crun);
        assertThat(programs.version(crun)).isEmpty();
    }

    @Tag("root")
    @Test
    void oneThatWorksIsFoundOnThisMachine() throws IOException {
        RuntimePrograms programs = programs("");

        assertThat(programs.chosen().name()).isIn("crun", "runc");
        assertThat(programs.of("no-such-container")).isEmpty();
        try (var made = Files.list(directory.resolve("d/probe/oci/rootfs/dev"))) {
            assertThat(made).as("what the probe leaves").isEmpty();
        }
        programs.close();
    }
}
