package dev.netchurn.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConfinementTest {

    private final ExecutorService other = Executors.newSingleThreadExecutor();
    private final List<Integer> all = Processors.ofThisThread().numbers();
    private final List<Integer> first = all.subList(0, 1);

    @AfterEach
    void stop() {
        other.shutdownNow();
    }

    @Test
    void keepsAllThreadsOnSomeProcessorsAndLetsThemGoAgain() throws Exception {
        assertThat(ofOther()).isEqualTo(all);
        try (Confinement confinement = new Confinement(Processors.of(first))) {
            assertThat(ofOther()).isEqualTo(all);
            confinement.confine(Set.of());
            assertThat(ofOther()).isEqualTo(first);
            assertThat(Processors.ofThisThread().numbers()).isEqualTo(first);
        }
        assertThat(ofOther()).isEqualTo(all);
        assertThat(Processors.ofThisThread().numbers()).isEqualTo(all);
    }

    @Test
    void leavesSomeThreadsAlone() throws Exception {
        int free = other.submit(ThisProcess::threadId).get();
        try (Confinement confinement = new Confinement(Processors.of(first))) {
            confinement.confine(Set.of(free));
            assertThat(ofOther()).isEqualTo(all);
            assertThat(Processors.ofThisThread().numbers()).isEqualTo(first);
        }
    }

    @Test
    void doesNothingWithoutProcessors() throws Exception {
        try (Confinement confinement = new Confinement(Processors.of(List.of()))) {
            confinement.confine(Set.of());
            assertThat(ofOther()).isEqualTo(all);
        }
    }

    private List<Integer> ofOther() throws Exception {
        Future<Processors> answer = other.submit(Processors::ofThisThread);
        return answer.get().numbers();
    }
}
