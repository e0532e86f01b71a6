package io.felucca.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UserFilesTest {

    private static boolean named(String path, String... words) {
        return new UserFiles(words, null).named(path);
    }

    @Test
    void aWordNamesItselfAndWhatFollowsItsEqualsSign() {
        assertThat(named("x.tar", "import", "x.tar")).isTrue();
        assertThat(named("env", "run", "--env-file=env")).isTrue();
        assertThat(named("a=b", "run", "--env-file=a=b")).isTrue();
        assertThat(named("b", "run", "--env-file=a=b")).isFalse();
        assertThat(named("out", "save", "-oout")).isTrue();
    }

    @Test
    void aColonNamesAFileForCpOnly() {
        assertThat(named("/x", "cp", "web:/x", ".")).isTrue();
        assertThat(named("/x", "run", "-v", "web:/x")).isFalse();
    }

    @Test
    void fieldsOfSecretsAndOutputsNameAFileForBuildOnly() {
        assertThat(named("/x", "build", "--secret", "src=/x,id=a", ".")).isTrue();
        assertThat(named("/x", "build", "--secret=id=a,source=/x", ".")).isTrue();
        assertThat(named("a", "build", "--secret=id=a", ".")).isTrue();
        assertThat(named("/x", "build", "--secret", "id=a,env=/x", ".")).isFalse();
        assertThat(named("/x", "build", "--output", "type=tar,dest=/x", ".")).isTrue();
        assertThat(named("/x", "build", "-otype=local,dest=/x", ".")).isTrue();
        assertThat(named("/x", "build", "--output=dest=/x,type=local", ".")).isTrue();
        assertThat(named("/x", "run", "dest=/x,a")).isFalse();
        assertThat(named("/x", "run", "--mount", "type=bind,src=/x,dst=/y")).isFalse();
    }

    @Test
    void partsOfWordsNameNothing() {
        assertThat(named("tar", "import", "x.tar")).isFalse();
        assertThat(named("", "import", "x.tar")).isFalse();
        assertThat(named("/etc/shadow", "import", "x.tar")).isFalse();
        assertThat(named("./x.tar", "import", "x.tar")).isFalse();
    }

    private static boolean agentNamed(String sources, String... words) {
        return new UserFiles(words, null).agentNamed(sources);
    }

    @Test
    @DisplayName("an SSH agent is reached only when --ssh names it")
    void agentsOfABuild() {
        assertThat(agentNamed("", "build", "--ssh", "default", ".")).isTrue();
        assertThat(agentNamed("", "build", "--ssh=other", ".")).isTrue();
        assertThat(agentNamed("/k,/l", "build", "--ssh", "a=/k,/l", ".")).isTrue();
        assertThat(agentNamed("/k", "build", "--ssh=a=/k", ".")).isTrue();
        assertThat(agentNamed("", "build", "--ssh=a=/k", ".")).isFalse();
        assertThat(agentNamed("/k", "build", "--secret", "id=/k", ".")).isFalse();
        assertThat(agentNamed("", "run", "busybox")).isFalse();
    }
}
