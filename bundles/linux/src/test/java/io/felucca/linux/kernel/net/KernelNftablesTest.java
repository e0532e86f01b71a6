package io.felucca.linux.kernel.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.linux.net.NftChange;
import io.felucca.linux.net.NftChange.AddElements;
import io.felucca.linux.net.NftChange.DeleteElements;
import io.felucca.linux.net.NftSet;
import io.felucca.linux.net.NftTable;
import io.felucca.linux.net.NftTable.Family;
import io.felucca.linux.net.NftType;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs root and the program nft, which reads what was made: on tables in a namespace of the test. */
@Tag("root")
class KernelNftablesTest {

    private static final NftTable TABLE = new NftTable(Family.IPV4, "t");
    private static final NftTable OF_ENGINE = new NftTable(Family.IPV4, "felucca-0");
    private static final NftSet MAP = new NftSet("m", List.of(NftType.PORT), List.of(NftType.IPV4), false);
    private static final NftSet NETWORKS = NftSet.ofRanges("n", NftType.IPV4);

    private final KernelNamespaces namespaces = new KernelNamespaces();
    private final KernelNftables nftables = new KernelNftables();
    private final Fd namespace = namespaces.create();
    private final Path file = namespaces.file(namespace);

    @AfterEach
    void close() {
        nftables.close();
        namespace.close();
    }

    private void apply(NftTable table, NftChange... changes) {
        namespaces.call(file, () -> {
            nftables.apply(table, List.of(changes));
            return null;
        });
    }

    private void makeMap(NftTable table) {
        apply(table, new NftChange.AddTable(), new NftChange.AddSet(MAP));
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NftSet.Element element(int port, int last) {
        return MAP.mapped(MAP.element(port), address(last));
    }

    private static AddElements added(int port, int last) {
        return new AddElements(MAP, List.of(element(port, last)));
    }

    private static NftChange chain(String name) {
        return new NftChange.AddChain(name, Optional.empty());
    }

    private String nft(String commands) {
        return namespaces.call(
                file,
                () -> new KernelProcesses()
                        .run(
                                List.of("nft", "-f", "-"),
                                List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
                                commands.getBytes(StandardCharsets.UTF_8),
                                60_000)
                        .stdoutText());
    }

    @Test
    void changesAreOneTransaction() {
        assertThat(nftables.problem()).isEmpty();
        nftables.close();
        makeMap(TABLE);
        apply(TABLE, added(80, 2));

        assertThatThrownBy(() ->
                        apply(TABLE, added(81, 3), new DeleteElements(MAP, List.of(element(82, 3), element(83, 3)))))
                .hasMessageContaining("ip t: deleting 2 elements of m")
                .hasMessageContaining("No such file or directory")
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.NOT_FOUND);

        assertThat(nft("list map ip t m")).contains("80 : 10.0.0.2").doesNotContain("81");
        assertThat(namespaces.call(file, nftables::tables)).containsExactly(TABLE);
        assertThat(new KernelNftables().tables()).doesNotContain(TABLE);
    }

    @Test
    void anotherNamespaceIsChangedFromHere() {
        new KernelNftables()
                .apply(file, TABLE, List.of(new NftChange.AddTable(), new NftChange.AddSet(MAP), added(80, 2)));

        assertThat(nft("list ruleset")).contains("80 : 10.0.0.2");
    }

    @Test
    @DisplayName("issue 11: rules are changed in a process of more than 1,023 descriptors")
    void itWorksInAProcessOfManyDescriptors() {
        List<Fd> many = new ArrayList<>();
        try {
            for (int i = 0; i < 1100; i++) {
                many.add(namespaces.open(file));
            }
            assertThat(many.get(1099).number()).isGreaterThan(1023);
            for (int i = 0; i < 20; i++) {
                new KernelNftables().apply(file, TABLE, List.of(new NftChange.AddTable(), new NftChange.AddSet(MAP)));
            }
            makeMap(TABLE);
            apply(TABLE, added(80, 2));
            assertThat(namespaces.call(file, () -> nftables.isEmpty(TABLE, MAP)))
                    .isFalse();
        } finally {
            many.forEach(Fd::close);
        }
    }

    @Test
    @DisplayName("issue 11: transactions share one socket, since closing one waits for the kernel")
    void transactionsShareASocket() {
        makeMap(TABLE);
        apply(TABLE, added(80, 2));
        int first = nftables.socket().orElseThrow();
        for (int port = 100; port < 110; port++) {
            apply(TABLE, added(port, 2));
            apply(TABLE, new DeleteElements(MAP, List.of(element(port, 2))));
        }
        assertThat(nftables.socket()).hasValue(first);
    }

    @Test
    void anotherValueForAKeyIsAConflict() {
        makeMap(TABLE);
        apply(TABLE, added(80, 2));
        apply(TABLE, added(80, 2));
        assertThatThrownBy(() -> apply(TABLE, added(80, 3)))
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.CONFLICT);
    }

    @Test
    void rangesOfOneKeyComeAndGoBesideEachOther() {
        apply(TABLE, new NftChange.AddTable(), new NftChange.AddSet(NETWORKS));
        NftSet.Element first = NETWORKS.range(List.of(address(0)), List.of(address(15)));
        NftSet.Element second = NETWORKS.range(List.of(address(16)), List.of(address(31)));
        NftSet.Element last = NETWORKS.range(List.of(bytes(0xff, 0)), List.of(bytes(0xff, 0xff)));
        for (int i = 0; i < 2; i++) {
            apply(TABLE, new AddElements(NETWORKS, List.of(first)), new AddElements(NETWORKS, List.of(second, last)));
            assertThat(nft("list set ip t n")).contains("10.0.0.0/28", "10.0.0.16/28", "255.255.255.0/24");
        }
        apply(TABLE, new DeleteElements(NETWORKS, List.of(first)), new DeleteElements(NETWORKS, List.of(last)));
        assertThat(nft("list set ip t n")).contains("elements = { 10.0.0.16/28 }");
        apply(TABLE, new NftChange.FlushSet(NETWORKS));
        assertThat(namespaces.call(file, () -> nftables.isEmpty(TABLE, NETWORKS)))
                .isTrue();
    }

    private static InetAddress bytes(int all, int last) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) all, (byte) all, (byte) all, (byte) last});
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSetThatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> namespaces.call(file, () -> nftables.isEmpty(TABLE, MAP)))
                .extracting(e -> ((FeluccaException) e).kind())
                .isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void aFirewallThatIsLoadedAnewIsSeen() {
        makeMap(TABLE);
        try (Fd watch = namespaces.call(file, nftables::watch)) {
            apply(TABLE, added(80, 2));
            assertThat(nftables.reloaded(watch)).isFalse();
            apply(OF_ENGINE, new NftChange.AddTable(), chain("c"));
            assertThat(nftables.reloaded(watch)).isFalse();
            apply(TABLE, chain("c"));
            assertThat(nftables.reloaded(watch)).isTrue();
            nft("flush ruleset");
            assertThat(nftables.reloaded(watch)).isTrue();
            assertThat(nftables.reloaded(watch)).isFalse();
        }
    }

    @Test
    void thousandsOfElementsOfAnEngineAreNoReload() {
        makeMap(OF_ENGINE);
        List<NftSet.Element> elements =
                IntStream.range(1, 20_000).mapToObj(port -> element(port, 2)).toList();
        try (Fd watch = namespaces.call(file, nftables::watch)) {
            apply(OF_ENGINE, new AddElements(MAP, elements));
            assertThat(nftables.reloaded(watch)).isFalse();
            apply(OF_ENGINE, new DeleteElements(MAP, elements), chain("c"));
            assertThat(nftables.reloaded(watch)).isFalse();

            makeMap(TABLE);
            apply(TABLE, chain("c"));
            assertThat(nftables.reloaded(watch)).isTrue();
        }
    }
}
