package dev.netchurn.loadgen.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LoopLedgerTest {

    private static final List<Outcome> FAILURES = List.of(
            Outcome.REFUSED, Outcome.TIMED_OUT, Outcome.NO_LOCAL_PORT, Outcome.ABANDONED, Outcome.OTHER);
    private static final List<CloseOutcome> CLOSES = List.of(CloseOutcome.values());

    /** What a connection of this simulation waits for. */
    private enum Stage {
        CONNECTING, OPEN, LEFT_OPEN
    }

    @Test
    void conservesArrivalsUnderAnyOrderOfEvents() {
        for (long seed = 1; seed <= 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            LoopLedger ledger = new LoopLedger();
            List<Stage> live = new ArrayList<>();
            for (int event = 0; event < 2000; event++) {
                happen(random, ledger, live);
                assertConserved(ledger.read(), live, "seed " + seed + " event " + event);
            }
        }
    }

    private static void happen(SplittableRandom random, LoopLedger ledger, List<Stage> live) {
        int choice = random.nextInt(10);
        if (choice == 0) {
            ledger.shed();
        } else if (choice < 5 || live.isEmpty()) {
            ledger.started();
            live.add(Stage.CONNECTING);
        } else {
            Stage stage = live.remove(random.nextInt(live.size()));
            switch (stage) {
                case CONNECTING -> {
                    if (random.nextBoolean()) {
                        ledger.established();
                        live.add(Stage.OPEN);
                    } else {
                        ledger.failed(FAILURES.get(random.nextInt(FAILURES.size())), random.nextInt(100));
                    }
                }
                case OPEN -> {
                    if (random.nextInt(5) == 0) {
                        ledger.leftOpen();
                        live.add(Stage.LEFT_OPEN);
                    } else {
                        ledger.closed(CLOSES.get(random.nextInt(CLOSES.size())), random.nextInt(1, 1000));
                    }
                }
                case LEFT_OPEN -> ledger.leftOpenEnded();
            }
        }
    }

    private static void assertConserved(Ledger ledger, List<Stage> live, String when) {
        long connecting = live.stream().filter(stage -> stage == Stage.CONNECTING).count();
        long leftOpen = live.stream().filter(stage -> stage == Stage.LEFT_OPEN).count();
        long established = ledger.of(Outcome.ESTABLISHED);
        assertThat(ledger.scheduled()).as(when).isEqualTo(ledger.started() + ledger.of(Outcome.SHED));
        assertThat(ledger.started()).as(when).isEqualTo(established + ledger.failed() + connecting);
        long closes = ledger.closes().values().stream().mapToLong(Long::longValue).sum();
        assertThat(established).as(when).isEqualTo(closes + live.size() - connecting);
        assertThat(ledger.inFlight()).as(when).isEqualTo(live.size() - leftOpen);
    }

    @Test
    void remembersTheFirstErrnoOfEachFailure() {
        LoopLedger ledger = new LoopLedger();
        ledger.started();
        ledger.failed(Outcome.NO_LOCAL_PORT, 99);
        ledger.started();
        ledger.failed(Outcome.NO_LOCAL_PORT, 98);

        assertThat(ledger.read().localErrno()).containsEntry(Outcome.NO_LOCAL_PORT, 99);
    }

    @Test
    void ledgersAddUpInAnyOrder() {
        LoopLedger one = new LoopLedger();
        one.started();
        one.established();
        one.synRetransmits(2);
        LoopLedger other = new LoopLedger();
        other.shed();
        other.synRetransmits(2);

        Ledger sum = one.read().plus(other.read());

        assertThat(sum).isEqualTo(other.read().plus(one.read()));
        assertThat(sum.scheduled()).isEqualTo(2);
        assertThat(sum.synRetransmits()).containsEntry(2, 2L);
        assertThat(sum.plus(Ledger.EMPTY)).isEqualTo(sum);
    }
}
