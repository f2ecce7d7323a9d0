package dev.netchurn.loadgen.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.linux.Errno;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ErrnoOutcomeTest {

    @Test
    void everyErrnoIsAFailure() {
        Set<Outcome> neverFromTheKernel = EnumSet.of(
                Outcome.ESTABLISHED, Outcome.TIMED_OUT, Outcome.SELF_CONNECTED, Outcome.SHED, Outcome.ABANDONED);

        assertThat(IntStream.rangeClosed(0, 4095).mapToObj(ErrnoOutcome::of)).doesNotContainNull()
                .doesNotContainAnyElementsOf(neverFromTheKernel);
    }

    @Test
    void namesTheCausesThatAUserCanActOn() {
        assertThat(ErrnoOutcome.of(Errno.ECONNREFUSED)).isEqualTo(Outcome.REFUSED);
        assertThat(ErrnoOutcome.of(Errno.ETIMEDOUT)).isEqualTo(Outcome.KERNEL_TIMED_OUT);
        assertThat(ErrnoOutcome.of(Errno.ECONNRESET)).isEqualTo(Outcome.RESET);
        assertThat(ErrnoOutcome.of(Errno.EADDRNOTAVAIL)).isEqualTo(Outcome.NO_LOCAL_PORT);
        assertThat(ErrnoOutcome.of(Errno.EADDRINUSE)).isEqualTo(Outcome.NO_LOCAL_PORT);
        assertThat(ErrnoOutcome.of(Errno.EMFILE)).isEqualTo(Outcome.NO_DESCRIPTOR);
        assertThat(ErrnoOutcome.of(Errno.ENFILE)).isEqualTo(Outcome.NO_DESCRIPTOR);
        assertThat(ErrnoOutcome.of(Errno.ENOBUFS)).isEqualTo(Outcome.NO_MEMORY);
        assertThat(ErrnoOutcome.of(Errno.ENETUNREACH)).isEqualTo(Outcome.UNREACHABLE);
        assertThat(ErrnoOutcome.of(Errno.EACCES)).isEqualTo(Outcome.OTHER);
    }
}
