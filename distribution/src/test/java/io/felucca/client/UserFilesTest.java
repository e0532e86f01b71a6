package io.felucca.client;

import static org.assertj.core.api.Assertions.assertThat;

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
}
