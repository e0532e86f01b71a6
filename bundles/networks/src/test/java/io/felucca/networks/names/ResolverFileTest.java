package io.felucca.networks.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolverFileTest {

    @TempDir
    Path folder;

    private Path hosts;
    private Path ofResolved;
    private ResolverFile file;

    @BeforeEach
    void write() throws IOException {
        hosts = folder.resolve("resolv.conf");
        ofResolved = folder.resolve("resolved.conf");
        file = new ResolverFile(hosts, ofResolved);
        Files.writeString(ofResolved, "nameserver 192.0.2.1\nnameserver fe80::1%eth0\n");
    }

    /** A change shows by the file's time, whatever the clock's step. */
    private void hosts(int second, String text) throws IOException {
        Files.writeString(hosts, text);
        Files.setLastModifiedTime(hosts, FileTime.fromMillis(second * 1000L));
    }

    @Test
    @DisplayName("issue 11: the real servers of a host with systemd-resolved are in that service's file")
    void theStubAloneStandsForTheFileOfResolved() throws IOException {
        hosts(1, "# stub\nnameserver 127.0.0.53\noptions edns0 trust-ad\n");

        assertThat(file.path()).isEqualTo(ofResolved);
        assertThat(new HostResolvers(List.of(), file).servers()).containsExactly("192.0.2.1");
    }

    @Test
    void aStubBesideAnotherServerIsTheHostsChoice() throws IOException {
        hosts(1, "nameserver 127.0.0.53\nnameserver 192.0.2.7\n");

        assertThat(file.path()).isEqualTo(hosts);
        assertThat(new HostResolvers(List.of(), file).servers()).containsExactly("127.0.0.53", "192.0.2.7");
    }

    @Test
    void withoutTheFileOfResolvedTheHostsIsRead() throws IOException {
        hosts(1, "nameserver 127.0.0.53\n");
        Files.delete(ofResolved);

        assertThat(file.path()).isEqualTo(hosts);
    }

    @Test
    void aChangeOfTheHostsFileIsFollowed() throws IOException {
        HostResolvers resolvers = new HostResolvers(List.of(), file);
        assertThat(resolvers.servers()).isEmpty();
        hosts(1, "nameserver 127.0.0.53\n");
        assertThat(resolvers.servers()).containsExactly("192.0.2.1");
        hosts(2, "nameserver 192.0.2.8\n");
        assertThat(resolvers.servers()).containsExactly("192.0.2.8");
        Files.delete(hosts);
        assertThat(resolvers.servers()).isEmpty();
    }

    @Test
    void theEnginesOwnChoiceGoesFirst() throws IOException {
        hosts(1, "nameserver 127.0.0.53\n");

        assertThat(new HostResolvers(List.of("192.0.2.9"), file).servers()).containsExactly("192.0.2.9");
    }
}
