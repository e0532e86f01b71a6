package io.felucca.storage.devicemapper;

import static io.felucca.testkit.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DmOptionsTest {

    @Test
    @DisplayName("S92 S95 what nobody set is as dockerd's documents say")
    void S92_defaultsAreDockerds() {
        DmOptions options = new DmOptions(Map.of());
        assertThat(options.baseSizeBytes()).isEqualTo(10L << 30);
        assertThat(options.loopDataBytes()).isEqualTo(100L << 30);
        assertThat(options.loopMetadataBytes()).isEqualTo(2L << 30);
        assertThat(options.blockBytes()).isEqualTo(64 << 10);
        assertThat(options.minFreePercent()).isEqualTo(10);
        assertThat(options.directDataPercent()).isEqualTo(95);
        assertThat(options.directMetadataPercent()).isEqualTo(1);
        assertThat(options.directExtendThreshold()).isEqualTo(80);
        assertThat(options.directExtendPercent()).isEqualTo(20);
        assertThat(options.directForce()).isFalse();
    }

    @Test
    void sizesAreInStepsOf1024() {
        for (String size : new String[] {"20G", "20g", "20GB", "20GiB", "20480m", "21474836480"}) {
            assertThat(new DmOptions(Map.of("basesize", size)).baseSizeBytes()).isEqualTo(20L << 30);
        }
        assertThat(new DmOptions(Map.of("basesize", "1.5g")).baseSizeBytes()).isEqualTo(3L << 29);
    }

    @Test
    void wordsOfOptionsAreSplit() {
        DmOptions options =
                new DmOptions(Map.of("mkfsarg", "-O ^has_journal  -i 8192", "mountopt", "nodiratime,noatime"));
        assertThat(options.mkfsArguments()).containsExactly("-O", "^has_journal", "-i", "8192");
        assertThat(options.mountOptions()).containsExactly("nodiratime", "noatime");
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        Map<String, String> wrong = Map.of(
                "nonsense", "1",
                "basesize", "big",
                "fs", "btrfs",
                "min_free_space", "100%",
                "use_deferred_removal", "perhaps",
                "blocksize", "65k",
                "thinp_percent", "0",
                "directlvm_device_force", "yes");
        wrong.forEach(
                (name, value) -> assertFails(Kind.INVALID, "dm." + name, () -> new DmOptions(Map.of(name, value))));
        assertFails(
                Kind.INVALID,
                "dm.thinp_metapercent",
                () -> new DmOptions(Map.of("thinp_percent", "99", "thinp_metapercent", "2")));
        assertFails(
                Kind.INVALID,
                "dm.directlvm_device",
                () -> new DmOptions(Map.of("thinpooldev", "p", "directlvm_device", "/dev/x")));
    }
}
