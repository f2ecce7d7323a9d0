package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.cli.Netchurn.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Targets that do not close as they should, from flags to verdict: what follows from them is no fault of the run. */
@Timeout(120)
class ServerCloseRunIT {

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @Test
    void theAcceptQueueIsTheBookOfATargetThatNeverAccepts() {
        Ended run = netchurn.run("--family", "6", "--server-close", "no-accept", "--backlog", "5", "--connections", "10",
                "--concurrency", "4", "--close", "fin", "--connect-timeout", "500ms");

        assertThat(run.number("/ledger/established")).isEqualTo(6);
        assertThat(run.number("/ledger/failed/timed_out")).isEqualTo(4);
        assertThat(run.number("/books/passiveOpens")).isEqualTo(6);
        assertThat(run.number("/books/accepted")).isZero();
        assertThat(run.number("/books/queued")).isEqualTo(6);
        assertThat(run.result().at("/books/agree").asBoolean()).isTrue();
        assertThat(run.number("/census/server/CLOSE_WAIT/unaccepted")).isEqualTo(6);
        assertThat(run.number("/census/client/FIN_WAIT2/final")).isEqualTo(6);
        assertNoReason(run, "timed_out", "unaccepted", "drain", "books");
        assertThat(run.output()).containsIgnoringWhitespaces("because the target never accepts");
    }

    @Test
    void aLeakIsToldToTheLastConnection() {
        Ended run = netchurn.run("--server-close", "leak:0.25", "--connections", "41", "--close", "fin");

        assertThat(run.number("/books/target/leaked")).isEqualTo(10);
        assertThat(run.number("/census/server/CLOSE_WAIT/final")).isEqualTo(10);
        assertThat(run.number("/census/server/CLOSE_WAIT/unaccepted")).isZero();
        assertThat(run.number("/census/client/FIN_WAIT2/final")).isEqualTo(10);
        assertNoReason(run, "close_timed_out", "unaccepted", "drain", "books");
        assertThat(run.output())
                .containsIgnoringWhitespaces("target never closed 10 of the 41 connections that the client closed");
    }

    @Test
    void aReplyOnTheHalfThatIsStillOpenIsReadToItsEnd() {
        Ended run = netchurn.run("--server-close", "half-close:3000", "--connections", "20", "--payload", "bye\\n", "--expect",
                "bye bye\\0");

        assertThat(run.number("/ledger/closed")).isEqualTo(20);
        assertThat(run.number("/ledger/bytesAfterFin")).isEqualTo(60_000);
        assertThat(run.number("/books/target/bytesAfterFin")).isEqualTo(60_000);
        assertThat(run.number("/ledger/unreadBytes")).isZero();
        assertThat(run.text("/config/payload")).isEqualTo("bye\\n");
        assertNoReason(run, "unread", "exchange_failed", "books");
    }

    private static void assertNoReason(Ended run, String... checks) {
        assertThat(run.result().at("/verdict/reasons").findValuesAsString("check")).as(run.errors()).doesNotContain(checks);
    }
}
