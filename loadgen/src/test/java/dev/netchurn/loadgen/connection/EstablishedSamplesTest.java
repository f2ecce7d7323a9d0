package dev.netchurn.loadgen.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EstablishedSamplesTest {

    private static final Endpoint FIRST = Endpoint.parse("10.0.0.1:80");
    private static final Endpoint LAST = Endpoint.parse("[fd00::1]:65535");

    private final EstablishedSamples samples = new EstablishedSamples(List.of(FIRST, LAST), 4);

    @Test
    void handsOutEachSampleOnceAndUnchanged() {
        samples.add(0xfffffffe, 65535, 1, 5, 6);
        samples.add(0x0a000002, 1024, 0, Long.MAX_VALUE - 1, Long.MAX_VALUE);

        assertThat(samples.take()).containsExactly(
                new EstablishedSample(0xfffffffe, 65535, LAST, 5, 6),
                new EstablishedSample(0x0a000002, 1024, FIRST, Long.MAX_VALUE - 1, Long.MAX_VALUE));
        assertThat(samples.take()).isEmpty();
    }

    @Test
    void keepsTheNewestWhenNobodyTakesThem() {
        for (int port = 1; port <= 10; port++) {
            samples.add(1, port, 0, port, port);
        }
        assertThat(samples.take()).extracting(EstablishedSample::port).containsExactly(7, 8, 9, 10);

        samples.add(1, 11, 0, 11, 11);
        assertThat(samples.take()).extracting(EstablishedSample::port).containsExactly(11);
    }

    @Test
    @Timeout(10)
    void neverHandsOutASampleThatIsBeingReplaced() throws InterruptedException {
        int added = 2_000_000;
        Thread loop = Thread.ofPlatform().start(() -> {
            for (int i = 1; i <= added; i++) {
                samples.add(i, i & 0xffff, 0, i, i);
            }
        });
        List<EstablishedSample> taken = new ArrayList<>();
        while (loop.isAlive()) {
            taken.addAll(samples.take());
        }
        taken.addAll(samples.take());

        assertThat(taken).isNotEmpty().allSatisfy(sample -> {
            assertThat(sample.startNs()).isEqualTo(sample.addressBits()).isEqualTo(sample.establishedNs());
            assertThat(sample.port()).isEqualTo(sample.addressBits() & 0xffff);
        });
        assertThat(taken).extracting(EstablishedSample::startNs).isSorted().doesNotHaveDuplicates();
        assertThat(taken.getLast().startNs()).isEqualTo(added);
    }
}
