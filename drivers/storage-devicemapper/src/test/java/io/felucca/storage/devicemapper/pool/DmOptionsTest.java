package io.felucca.storage.devicemapper.pool;

import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException.Kind;
import java.util.HashMap;
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

    private static void assertRefused(String text, String... options) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            values.put(options[i], options[i + 1]);
        }
        assertThatThrownBy(() -> new DmOptions(values))
                .hasMessage(text)
                .hasFieldOrPropertyWithValue("kind", Kind.INVALID);
    }

    @Test
    @DisplayName("S92 S95 what cannot be is refused in the words of dockerd 20.10.24")
    void S92_whatCannotBeIsRefusedInDockersWords() {
        assertRefused("devmapper: Unknown option dm.nonsense", "nonsense", "1");
        for (String size : new String[] {"basesize", "blocksize", "loopdatasize", "loopmetadatasize"}) {
            assertRefused("invalid size: 'x'", size, "x");
        }
        assertRefused("devmapper: Unsupported filesystem btrfs", "fs", "btrfs");
        assertRefused("devmapper: Option dm.min_free_space requires % suffix", "min_free_space", "10");
        assertRefused("devmapper: Invalid value 200% for option dm.min_free_space", "min_free_space", "200%");
        assertRefused("strconv.ParseUint: parsing \"x\": invalid syntax", "min_free_space", "x%");
        for (String flag :
                new String[] {"blkdiscard", "use_deferred_removal", "use_deferred_deletion", "directlvm_device_force"
                }) {
            assertRefused("strconv.ParseBool: parsing \"maybe\": invalid syntax", flag, "maybe");
        }
        for (String percent : new String[] {"thinp_percent", "thinp_metapercent"}) {
            assertRefused("dm." + percent + " must be greater than 0 and less than 100", percent, "200");
        }
        for (String percent : new String[] {
            "thinp_percent", "thinp_metapercent", "thinp_autoextend_threshold", "thinp_autoextend_percent"
        }) {
            assertRefused(
                    "could not parse `dm." + percent + "=x`: strconv.ParseUint: parsing \"x\": invalid syntax",
                    percent,
                    "x");
            assertRefused(
                    "must provide device path in `dm.directlvm_device` in order to configure direct-lvm",
                    percent,
                    "5%");
        }
        assertRefused(
                "must set both `dm.thinp_percent` and `dm.thinp_metapercent` if either is specified",
                "directlvm_device",
                "/dev/x",
                "thinp_percent",
                "80");
        assertRefused(
                "combined `dm.thinp_percent` and `dm.thinp_metapercent` must not be greater than 100",
                "directlvm_device",
                "/dev/x",
                "thinp_percent",
                "99",
                "thinp_metapercent",
                "2");
    }

    @Test
    void whatExcludesEachOtherIsRefused() {
        assertFails(Kind.INVALID, "dm.blocksize", () -> new DmOptions(Map.of("blocksize", "65k")));
        assertFails(
                Kind.INVALID,
                "dm.directlvm_device",
                () -> new DmOptions(Map.of("thinpooldev", "p", "directlvm_device", "/dev/x")));
    }
}
