package io.felucca.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.linux.dm.DmDevice;
import io.felucca.linux.dm.DmTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DmMessageTest {

    private final DmMessage message = new DmMessage(4096);

    @Test
    void aTableIsWrittenAndReadBack() {
        List<DmTarget> table =
                List.of(new DmTarget(0, 2048, "linear", "7:1 0"), new DmTarget(2048, 4096, "thin", "253:0 16777215"));
        message.begin("a", 0).targets(table);
        // The kernel counts from the first line where the caller counts from each.
        int second = message.buffer().getInt(DmMessage.HEADER_BYTES + 20);
        message.buffer().putInt(DmMessage.HEADER_BYTES + second + 20, 0);
        assertThat(second).isEqualTo(48);
        assertThat(message.targets()).isEqualTo(table);
    }

    @Test
    void theHeaderSaysWhatTheKernelWants() {
        message.begin("name", DmMessage.READ_ONLY).uuid("FELUCCA-1");
        assertThat(message.buffer().getInt(0)).isEqualTo(4);
        assertThat(message.buffer().getInt(12)).isEqualTo(4096);
        assertThat(message.buffer().getInt(16)).isEqualTo(312);
        message.buffer().putLong(40, 0x12L << 20 | 253 << 8 | 0x78);
        message.buffer().putInt(24, 3);
        DmDevice device = message.device();
        assertThat(device.name()).isEqualTo("name");
        assertThat(device.uuid()).isEqualTo("FELUCCA-1");
        assertThat(device.major()).isEqualTo(253);
        assertThat(device.minor()).isEqualTo(0x1278);
        assertThat(device.openCount()).isEqualTo(3);
        assertThat(device.readOnly()).isTrue();
        assertThat(device.live()).isFalse();
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> message.begin("x".repeat(128), 0))
                .isInstanceOf(FeluccaException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void aMessageLiesBehindItsSector() {
        message.begin("pool", 0).text("create_thin 5");
        byte[] text = new byte[14];
        message.buffer().get(DmMessage.HEADER_BYTES + 8, text);
        assertThat(new String(text, StandardCharsets.US_ASCII)).isEqualTo("create_thin 5\0");
        assertThat(message.answer()).isEmpty();
    }
}
