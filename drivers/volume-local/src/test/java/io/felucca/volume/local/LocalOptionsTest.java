package io.felucca.volume.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalOptionsTest {

    private static LocalOptions nfs(String options) {
        return LocalOptions.of(Map.of("type", "nfs", "device", ":/export", "o", options));
    }

    @Test
    void optionsAreSplitAtCommas() {
        LocalOptions options = LocalOptions.of(Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=1m,,uid=5"));
        assertThat(options.type()).contains("tmpfs");
        assertThat(options.mountOptions()).containsExactly("size=1m", "uid=5");
        assertThat(options.sizeBytes()).isZero();
        assertThat(LocalOptions.of(Map.of()).type()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "foo, bar, 'invalid option: \"foo\"',",
        "type, tmpfs, 'missing required option: \"device\"'",
        "device, tmpfs, 'missing required option: \"type\"'",
        "size, many, 'invalid size: ''many'''",
        "size, 1x, 'invalid size: ''1x'''",
        "size, -1, 'invalid size: ''-1'''",
    })
    @DisplayName("Refusals are worded as dockerd's")
    void refusals(String name, String value, String told) {
        assertThatThrownBy(() -> LocalOptions.of(Map.of(name, value)))
                .isInstanceOf(FeluccaException.class)
                .hasMessage(told);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "512, 512",
        "1k, 1024",
        "10M, 10485760",
        "10mb, 10485760",
        "1.5g, 1610612736",
        "1 MiB, 1048576",
        "2t, 2199023255552",
        "7b, 7"
    })
    void sizesAreReadAsDockerReadsThem(String size, long bytes) {
        assertThat(LocalOptions.of(Map.of("size", size)).sizeBytes()).isEqualTo(bytes);
    }

    @Test
    @DisplayName("A name in addr= of a network filesystem is resolved before the kernel sees it, as dockerd does")
    void namesOfServersAreResolved() {
        assertThat(nfs("addr=localhost,rw").resolvedOptions())
                .isIn(List.of("addr=127.0.0.1", "rw"), List.of("addr=0:0:0:0:0:0:0:1", "rw"));
        assertThat(nfs("addr=192.0.2.7,nolock").resolvedOptions()).containsExactly("addr=192.0.2.7", "nolock");
        assertThat(nfs("rw").resolvedOptions()).containsExactly("rw");
        assertThat(LocalOptions.of(Map.of("type", "tmpfs", "device", "d", "o", "addr=localhost"))
                        .resolvedOptions())
                .containsExactly("addr=localhost");
        assertThatThrownBy(() -> nfs("addr=nosuch.invalid").resolvedOptions())
                .hasMessageStartingWith(
                        "error resolving passed in network volume address: lookup nosuch.invalid: no such host");
    }
}
