package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReservedPortsTest {

    @Test
    void addsToNothing() {
        assertThat(ReservedPorts.with("", Set.of(9000))).isEqualTo("9000");
        assertThat(ReservedPorts.with("\n", Set.of(9000))).isEqualTo("9000");
    }

    @Test
    void keepsWhatIsReserved() {
        assertThat(ReservedPorts.with("9100,8080", Set.of(9000))).isEqualTo("8080,9000,9100");
        assertThat(ReservedPorts.with("9000", Set.of(9000))).isEqualTo("9000");
    }

    @Test
    void joinsNeighboursAsTheKernelDoes() {
        assertThat(ReservedPorts.with("", List.of(9002, 9000, 9001))).isEqualTo("9000-9002");
        assertThat(ReservedPorts.with("8000-8999,9001", Set.of(9000))).isEqualTo("8000-9001");
        assertThat(ReservedPorts.with("65534", Set.of(65_535))).isEqualTo("65534-65535");
    }
}
