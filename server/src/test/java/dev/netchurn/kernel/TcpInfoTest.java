package dev.netchurn.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TcpInfoTest {

    @Test
    void readsFieldsAtTheKernelsOffsetsAndConvertsToNanoseconds() {
        MemorySegment info = MemorySegment.ofArray(new byte[TcpInfo.SIZE]);
        info.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        info.set(ValueLayout.JAVA_BYTE, 2, (byte) 250);
        info.set(ValueLayout.JAVA_INT_UNALIGNED, 8, 200_000);
        info.set(ValueLayout.JAVA_INT_UNALIGNED, 24, 2);
        info.set(ValueLayout.JAVA_INT_UNALIGNED, 28, 1);
        info.set(ValueLayout.JAVA_INT_UNALIGNED, 56, 52);
        info.set(ValueLayout.JAVA_INT_UNALIGNED, 68, 22);
        info.set(ValueLayout.JAVA_INT_UNALIGNED, 72, 11);
        info.set(ValueLayout.JAVA_INT_UNALIGNED, 100, 3);
        info.set(ValueLayout.JAVA_INT_UNALIGNED, 148, 21);

        assertThat(TcpInfo.parse(info, 248))
                .isEqualTo(new TcpInfo(1, 250, 200_000_000, 2, 1, 52_000_000, 22_000, 11_000, 3, 21_000));
        assertThat(TcpInfo.parse(info, TcpInfo.LEAST_SIZE).minRttNs()).isZero();
    }

    @Test
    void refusesAStructureThatIsTooShort() {
        MemorySegment info = MemorySegment.ofArray(new byte[TcpInfo.SIZE]);

        assertThatThrownBy(() -> TcpInfo.parse(info, TcpInfo.LEAST_SIZE - 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TcpInfo.parse(info, TcpInfo.SIZE + 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
