package io.felucca.itests.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What quickstart.sh installs on machines that this one is not. (How it goes on is in {@link DocumentsIT}.) The machine
 * is a PATH with a package manager that writes down its words, and a mount namespace without busybox. The words were
 * tried with the real dnf 4.14 and a repository of packages of these names.
 */
class QuickstartIT {

    private static final String DNF = """
            #!/bin/sh
            echo "dnf $*" >>"$MACHINE/dnf.log"
            if [ "$1 $2" = "-q list" ]; then
              case " $LISTED " in *" $3 "*) exit 0 ;; esac
              echo 'Error: No matching Packages to list' >&2
              exit 1
            fi
            bring() {
              printf '#!/bin/sh\\nexec %s "$@"\\n' "$2" >"$MACHINE/bin/$1"
              chmod 755 "$MACHINE/bin/$1"
            }
            for word in "$@"; do
              case $word in
                java-*) bring javac "$JAVA_HOME/bin/javac" ;;
                iproute) bring ip "$(PATH=$REAL command -v ip)" ;;
                crun | conmon) bring "$word" "$(PATH=$REAL command -v "$word")" ;;
                busybox) umount /bin/busybox ;;
                maven) printf '#!/bin/sh\\necho "mvn $*" >>"$MACHINE/mvn.log"\\nexit 7\\n' >"$MACHINE/bin/mvn"
                  chmod 755 "$MACHINE/bin/mvn" ;;
              esac
            done
            """;

    @TempDir
    private Path machine;

    @BeforeEach
    void makeTheMachine() throws IOException {
        Files.createDirectories(machine.resolve("bin"));
        for (String program : List.of(
                "sh", "id", "sed", "tr", "cat", "find", "head", "dirname", "ldd", "mkdir", "rmdir", "mount", "umount",
                "ln", "chmod", "touch", "mv", "rm", "bash")) {
            program(program, "#!/bin/sh\nexec /usr/bin/" + program + " \"$@\"\n");
        }
        Path script =
                Files.createDirectories(machine.resolve("felucca/distribution")).resolve("quickstart.sh");
        Files.copy(Documents.repository().resolve("distribution/quickstart.sh"), script);
    }

    @Test
    @DisplayName(
            "quickstart.sh on Fedora: dnf gets Fedora's names of what is missing, and the newest JDK where 17 has gone")
    void fedora() throws IOException {
        program("dnf", DNF);

        Result result = quickstart("maven java-latest-openjdk-devel").requireExit(7);

        assertThat(result.out())
                .contains("==> installing: jdk maven crun conmon iproute2 busybox-static", "==> building");
        assertThat(Files.readAllLines(machine.resolve("dnf.log")))
                .containsExactly(
                        "dnf -q list java-17-openjdk-devel",
                        "dnf install -y --setopt=install_weak_deps=False java-latest-openjdk-devel maven crun conmon"
                                + " iproute busybox");
        assertThat(Files.readString(machine.resolve("mvn.log"))).contains("-DskipTests package -pl distribution -am");
    }

    @Test
    @DisplayName("quickstart.sh on an older Fedora: JDK 17 where it is")
    void olderFedora() throws IOException {
        program("dnf", DNF);

        quickstart("java-17-openjdk-devel java-latest-openjdk-devel").requireExit(7);

        assertThat(Files.readAllLines(machine.resolve("dnf.log")).get(1)).contains(" java-17-openjdk-devel maven ");
    }

    @Test
    @DisplayName("quickstart.sh where neither apt-get nor dnf is names what to install and does nothing")
    void neither() {
        assertThat(quickstart("").requireExit(1).err())
                .isEqualTo("quickstart: neither apt-get nor dnf is here: install these yourself: jdk maven crun conmon"
                        + " iproute2 busybox-static\n");
    }

    @Test
    @DisplayName("quickstart.sh says what is still missing after an installation that gave less than it was asked for")
    void stillMissing() throws IOException {
        program("dnf", "#!/bin/sh\nexit 0\n");

        assertThat(quickstart("").requireExit(1).err())
                .startsWith("quickstart: still missing after the installation: jdk maven crun");
    }

    private Result quickstart(String listed) {
        String script =
                "touch $MACHINE/none; mount --bind $MACHINE/none /bin/busybox; PATH=$MACHINE/bin exec sh \"$0\"";
        return Program.of("unshare", "-m", "sh", "-ec", script, machine + "/felucca/distribution/quickstart.sh")
                .env("MACHINE", machine.toString())
                .env("REAL", System.getenv("PATH"))
                .env("JAVA_HOME", System.getProperty("java.home"))
                .env("LISTED", listed)
                .run();
    }

    private void program(String name, String text) throws IOException {
        Path file = Files.writeString(machine.resolve("bin").resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
