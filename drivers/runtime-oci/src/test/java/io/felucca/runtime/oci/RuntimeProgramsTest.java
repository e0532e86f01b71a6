package io.felucca.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.linux.kernel.KernelProcesses;
import io.felucca.linux.kernel.KernelSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeProgramsTest {

    @TempDir
    private Path directory;

    private RuntimePrograms programs(String runtime) {
        return new RuntimePrograms(
                new Settings(runtime, "", directory.resolve("d")), new KernelProcesses(), new KernelSockets());
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

    @Test
    void oneThatWorksIsFoundOnThisMachine() throws IOException {
        RuntimePrograms programs = programs("");

        assertThat(programs.chosen().name()).isIn("crun", "runc");
        assertThat(programs.of("no-such-container")).isEmpty();
        try (var made = Files.list(directory.resolve("d/probe/rootfs/dev"))) {
            assertThat(made).as("what the probe leaves").isEmpty();
        }
        programs.close();
    }
}
