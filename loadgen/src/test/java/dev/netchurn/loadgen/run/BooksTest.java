package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RunRecordFixture.MEASURED;
import static dev.netchurn.loadgen.run.RunRecordFixture.WARM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.namespace.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class BooksTest {

    private final RunRecordFixture run = RunRecordFixture.closedLoop();

    @Test
    void agreeOverWarmUpAndMeasurementTogether() {
        Books books = Books.of(run.build());
        long all = WARM + MEASURED;
        assertThat(books).isEqualTo(new Books(all, all, 0, all, all, all, null));
        assertThat(books.agree()).isTrue();
        assertThat(books.differences()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ESTABLISHED")
    void countAFailedArrivalWhereItsSynLeft(Outcome outcome) {
        Books books = Books.of(run.failing(outcome, 100).build());
        assertThat(books.sent()).isEqualTo(WARM + MEASURED - (outcome.isSynSent() ? 0 : 100));
        assertThat(books.agree()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"TIMED_OUT", "KERNEL_TIMED_OUT", "RESET", "ABANDONED"})
    void doNotKnowWhetherTheServerMadeWhatTheClientGaveUp(Outcome outcome) {
        assertThat(new Books(110, 100, 10, 110L, 107L, 107L, null).agree()).isTrue();
        assertThat(new Books(110, 100, 10, 110L, 111L, 111L, null).agree()).isFalse();
        assertThat(Books.of(run.failing(outcome, 100).build()).uncertain()).isEqualTo(100);
    }

    @Test
    void knowThatARefusedConnectionWasNotMade() {
        assertThat(Books.of(run.failing(Outcome.REFUSED, 100).build()).uncertain()).isZero();
    }

    @Test
    void sayWhichOfThemDiffers() {
        assertThat(new Books(10, 10, 0, 11L, 10L, 10L, null).differences())
                .containsExactly("the client let 10 SYNs leave, its kernel counted 11 active opens");
        assertThat(new Books(10, 10, 0, 10L, 9L, 9L, null).differences())
                .containsExactly("the client saw 10 connections established, the server's kernel made 9");
        assertThat(new Books(10, 10, 0, 10L, 10L, 8L, null).differences())
                .containsExactly("the server's kernel made 10 connections, the target accepted 8");
    }

    @Test
    void compareNumbersAndNotBoxes() {
        assertThat(new Books(1_000_000, 1_000_000, 0, 1_000_000L, 1_000_000L, 1_000_000L, null).agree()).isTrue();
    }

    @Test
    void areNotComparedOnTheHostsNetwork() {
        run.request.at(Topology.HOST);
        Books books = Books.of(run.build());
        assertThat(books.agree()).isNull();
        assertThat(books.activeOpens()).isNull();
        assertThat(books.differences()).isEmpty();
    }

    @Test
    void areTheClientsAloneWithSomebodysServer() {
        Books books = Books.of(RunRecordFixture.of(RequestFixture.closedLoop().against("127.0.0.1:80")).build());
        assertThat(books).isEqualTo(new Books(WARM + MEASURED, WARM + MEASURED, 0, null, null, null, null));
    }

    @Test
    void areNotComparedWhenTheLastReadingIsMissing() {
        run.walked = false;
        assertThat(Books.of(run.build()).agree()).isNull();
    }

    @Test
    void theKernelKeepsTheBookOfATargetThatNeverAccepts() {
        assertThat(new Books(60, 21, 39, 60L, 21L, 0L, 21L).agree()).isTrue();
        assertThat(new Books(60, 21, 39, 60L, 21L, 0L, 20L).differences()).containsExactly(
                "the server's kernel made 21 connections, the target accepted 0 and 20 wait in its accept queue");
    }
}
