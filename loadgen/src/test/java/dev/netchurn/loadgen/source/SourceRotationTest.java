package dev.netchurn.loadgen.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.netchurn.transport.Endpoint;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SourceRotationTest {

    private static final List<Endpoint> TARGETS = endpoints("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");

    @Test
    void goesThroughTheTargetsBeforeItTakesTheNextSource() {
        SourceRotation rotation = new SourceRotation(TARGETS, addresses("10.0.1.1", "10.0.1.2"), 0, 1);

        assertThat(Stream.iterate(0L, i -> i + 1).limit(7).map(i -> rotation.target(i) + "/" + rotation.source(i)))
                .containsExactly("0/0", "1/0", "2/0", "0/1", "1/1", "2/1", "0/0");
    }

    @Test
    void leavesTheSourceToTheKernelWhenNoneIsGiven() {
        assertThat(new SourceRotation(TARGETS, List.of(), 0, 1).source(5)).isEqualTo(SourceRotation.KERNEL_CHOICE);
    }

    @Test
    void usesEveryPairEquallyOftenInEveryLoop() {
        for (int loop = 0; loop < 4; loop++) {
            SourceRotation rotation = new SourceRotation(TARGETS, addresses("10.0.1.1", "10.0.1.2"), loop, 4);
            Map<String, Integer> uses = new HashMap<>();
            for (long i = 0; i < 600; i++) {
                uses.merge(rotation.target(i) + "/" + rotation.source(i), 1, Integer::sum);
            }
            assertThat(uses).hasSize(6).allSatisfy((_, count) -> assertThat(count).isEqualTo(100));
        }
    }

    @Test
    void loopsBeginAtDifferentTargets() {
        assertThat(new SourceRotation(TARGETS, List.of(), 0, 3).target(0)).isEqualTo(0);
        assertThat(new SourceRotation(TARGETS, List.of(), 1, 3).target(0)).isEqualTo(1);
        assertThat(new SourceRotation(TARGETS, List.of(), 2, 3).target(0)).isEqualTo(2);
    }

    @Test
    void givesEachTargetSourcesOfItsFamily() {
        List<Endpoint> both = endpoints("10.0.0.1:80", "[fd00::1]:80");
        SourceRotation rotation = new SourceRotation(both, addresses("fd00::2", "10.0.1.1"), 0, 1);

        assertThat(rotation.source(0)).isEqualTo(1);
        assertThat(rotation.source(1)).isEqualTo(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SourceRotation(both, addresses("10.0.1.1"), 0, 1))
                .withMessageContaining("[fd00:0:0:0:0:0:0:1]:80");
    }

    private static List<Endpoint> endpoints(String... texts) {
        return Stream.of(texts).map(Endpoint::parse).toList();
    }

    private static List<InetAddress> addresses(String... texts) {
        return Stream.of(texts).map(InetAddress::ofLiteral).toList();
    }
}
