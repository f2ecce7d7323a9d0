package dev.netchurn.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.run.Assertion;
import dev.netchurn.loadgen.run.CensusSummary;
import dev.netchurn.loadgen.run.CensusSummary.StateCount;
import dev.netchurn.loadgen.run.LatencySummary;
import dev.netchurn.loadgen.run.Misconception;
import dev.netchurn.loadgen.run.Predictions;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.RunResultFixture;
import dev.netchurn.loadgen.run.Verdict;
import dev.netchurn.terminal.Screen;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class TerminalSummaryTest {

    private static final String ESCAPE = "\u001b";

    static Stream<RunResult> results() {
        return Stream.of(RunResultFixture.closedLoop().build(), RunResultFixture.openLoop().build(),
                RunResultFixture.troubled().build(), unobserved(), enormous());
    }

    @ParameterizedTest
    @MethodSource("results")
    void staysWithinAHundredColumns(RunResult result) {
        assertThat(render(result).lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100).isEqualTo(line.stripTrailing()));
    }

    @ParameterizedTest
    @MethodSource("results")
    void answersInTheOrderOfTheQuestions(RunResult result) {
        String text = "\n" + render(result);
        assertThat(Stream
                .of("Verdict ", "Connections ", "Sockets ", "Counters ", "Books ", "CPU ", "Limited by ", "Not in here ",
                        "Try next ")
                .map(block -> text.indexOf("\n" + block))).isSorted().doesNotContain(-1);
    }

    @ParameterizedTest
    @MethodSource("results")
    void hasNoColoursUnlessTheScreenHas(RunResult result) {
        assertThat(render(result)).doesNotContain(ESCAPE);
        String coloured = render(result, new Screen(100, true, true));
        assertThat(coloured).contains(ESCAPE);
        assertThat(coloured.replaceAll(ESCAPE + "\\[\\d*m", "").lines().map(String::stripTrailing))
                .isEqualTo(render(result).lines().toList());
    }

    @Test
    void saysThatAHealthyRunIsValidAndWhatItReached() {
        assertThat(render(RunResultFixture.closedLoop().build()))
                .contains("VALID  every check was met, and the three books agree")
                .contains("20 341/s established").contains("0 failed")
                .containsPattern("63.9 in flight, mean +64 in flight at most")
                .containsPattern("connect +12.3 µs +\\d").containsPattern("closeHandshake +48.1 µs")
                .containsPattern("TIME_WAIT +203 412 +203 412 +0 +0")
                .contains("TIME_WAIT was still growing")
                .contains("closed first: client 203 412, server 0")
                .contains("accept queue: 12 at most, of 4 096")
                .contains("target 203 412: equal")
                .contains("the receiver's softirq work runs in the sender's system call")
                .contains("the client's CPU")
                .contains("./netchurn run --rate 16.2k")
                .containsPattern("Chosen +- 16 target addresses").containsPattern("Files +netchurn-results\n$");
    }

    @Test
    void explainsEachCounterThatMovedTroubleFirst() {
        String text = render(RunResultFixture.troubled().build());
        assertThat(text).containsPattern("TcpExtListenOverflows +· +3 210").contains("the accept queue was full when a SYN");
        assertThat(text.indexOf("TcpExtListenDrops   ")).isLessThan(text.indexOf("TcpActiveOpens   "));
    }

    @Test
    void namesCountersThatNobodyExplainsWithoutHidingThem() {
        assertThat(render(RunResultFixture.closedLoop().build())).contains("also moved, see result.json: TcpExtTCPHPAcks");
    }

    @Test
    void tellsWhatWasExpectedBesideWhatWasMeasured() {
        RunResultFixture fixture = RunResultFixture.openLoop();
        fixture.predictions =
                new Predictions(Map.of("client", new Predictions.TimeWait(61_024, 60_396L, 0.9897, 0.017)), 61.024,
                        2.048, 28_232, 463.0, 28.2, 14.1, null);
        assertThat(render(fixture.build()))
                .containsPattern("TIME_WAIT at the client +61 024 expected +60 396 measured +99 % of it")
                .containsPattern("61\\.0 s on average").containsPattern("one every\\s+2\\.05 s")
                .containsPattern("none is free after 28\\.2 s;\\s+connect\\(\\)\\s+gets\\s+slow\\s+after\\s+14\\.1 s");
        fixture.predictions = new Predictions(Map.of("server", new Predictions.TimeWait(500, null, null, null)), 61.024, 2.048,
                28_232, null, null, null, 2.0);
        assertThat(render(fixture.build()))
                .containsPattern("TIME_WAIT at the server +500 expected +not observed")
                .contains("closed connections keep none of them")
                .containsPattern("tcp_max_tw_buckets is\\s+reached after 2\\.0 s");
    }

    @Test
    void namesAMisconceptionOnlyWhereThereIsOne() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        assertThat(render(fixture.build())).doesNotContain("Mind");
        fixture.notes = List.of(new Misconception("abort", "SO_LINGER {on, 0} is an abort."));
        assertThat(render(fixture.build())).containsPattern("Mind +- SO_LINGER \\{on, 0\\} is an abort\\.");
    }

    @Test
    void explainsAStateThatPiledUpOnItsSide() {
        assertThat(render(RunResultFixture.troubled().build())).contains("CLOSE_WAIT at the server: the FIN of the client")
                .contains("TIME_WAIT at the client: the client sent the first FIN").doesNotContain("FIN_WAIT2 at the client:");
    }

    @Test
    void tellsEachFailureWithWhatToDo() {
        assertThat(render(RunResultFixture.troubled().build()))
                .contains("INVALID  do not use these numbers:")
                .contains("14 000 failed, 15 000 shed")
                .containsPattern("3 000 refused +nothing listens on the target's port")
                .containsPattern("500 no_local_port +every local port")
                .containsPattern("9 000 close_timed_out +the server's FIN did not come")
                .containsPattern("15 000 shed +--max-in-flight was reached")
                .contains("1 000 of them were never accepted")
                .containsPattern("target 179 000: not\\s+equal");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void hasALineForEveryFailure(Outcome outcome) {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.ledger =
                RunResultFixture.ledger(10, Map.of(Outcome.ESTABLISHED, 3L, outcome, 7L), Map.of(CloseOutcome.CLOSED, 3L));
        assertThat(render(fixture.build())).contains("7 " + outcome.text());
    }

    static Stream<Outcome> failures() {
        return Stream.of(Outcome.values()).filter(outcome -> outcome != Outcome.ESTABLISHED);
    }

    @Test
    void tellsAPercentileAmongLostArrivalsAsBeyondTheTimeout() {
        assertThat(render(RunResultFixture.troubled().build()))
                .containsPattern("response +\\S+ ms +\\S+ ms +> timeout +> timeout +> timeout +180 000")
                .contains("> timeout: ranked over all scheduled arrivals");
    }

    @Test
    void leavesOutAPercentileOfTooFewSamples() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.latency.clear();
        fixture.latency.put("connect", LatencySummary.of(RunResultFixture.spread(500, 12_000)));
        assertThat(render(fixture.build())).containsPattern("connect +\\S+ µs +\\S+ µs +– +– +\\S+ µs +500")
                .contains("fewer than 10 samples");
    }

    @Test
    void saysWhatWasNotObserved() {
        assertThat(render(unobserved())).contains("not observed").contains("no kernel counter moved, or none could be read")
                .contains("target –").contains("client – per connection");
    }

    @Test
    void marksASideThatWasNotObserved() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.census = new CensusSummary(Map.of(TcpState.TIME_WAIT, new StateCount(5, 5L, null)), null, 3, false);
        assertThat(render(fixture.build())).containsPattern("TIME_WAIT +5 +5 +\\? +\\?").doesNotContain("still growing");
    }

    @Test
    void showsAssertionsRightAfterTheVerdict() {
        RunResultFixture fixture = RunResultFixture.troubled();
        RunResult result = fixture.build();
        fixture.assertions =
                List.of(Assertion.parse("connect.p99<5ms").evaluate(result), Assertion.parse("failed==0").evaluate(result));
        assertThat(render(fixture.build())).containsPattern("passed  connect.p99<5ms +connect.p99 was 35")
                .containsPattern("FAILED  failed==0 +failed was 5000");
    }

    @Test
    void tellsAnInterruptedRun() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.verdict = new Verdict(Verdict.Status.INTERRUPTED, List.of());
        assertThat(render(fixture.build())).contains("INTERRUPTED  stopped by a signal");
    }

    @Test
    void tellsTheFiguresOfAReason() {
        RunResultFixture fixture = RunResultFixture.openLoop();
        fixture.verdict = new Verdict(Verdict.Status.DEGRADED, List.of(
                new Verdict.Reason("achieved-rate", "fewer were established than offered", 0.97, 0.99),
                new Verdict.Reason("schedule-lag", "connections started late", 12_300_000.0, 1_000_000.0),
                new Verdict.Reason("shed", "7 arrivals were shed", 7.0, 0.0),
                new Verdict.Reason("worker", "the load worker was killed", null, null)));
        assertThat(render(fixture.build())).contains("- fewer were established than offered (97 %, limit 99 %)\n")
                .contains("- connections started late (12.3 ms, limit 1.00 ms)\n").contains("- 7 arrivals were shed\n")
                .contains("- the load worker was killed\n");
    }

    @Test
    void saysWhatEachTopologyLeavesOut() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        assertThat(render(fixture.build())).contains("conntrack").contains("queueing disciplines").contains("tcp_max_orphans");
        fixture.topology = "loopback";
        assertThat(render(fixture.build())).contains("reuses TIME_WAIT after 1 s");
        fixture.topology = "host";
        assertThat(render(fixture.build())).contains("others share its sockets").doesNotContain("softirq");
    }

    @Test
    void keepsToAsciiWhereTheScreenHasNoMore() {
        String text = render(RunResultFixture.troubled().build(), new Screen(100, false, false));
        assertThat(text).matches("[\\x00-\\x7f]*");
    }

    @ParameterizedTest
    @MethodSource("results")
    void staysWithinTheWidthOfANarrowTerminal(RunResult result) {
        assertThat(render(result, new Screen(80, false, true)).lines()).as("a command to copy is not broken")
                .filteredOn(line -> !line.contains("./netchurn run "))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @ParameterizedTest
    @MethodSource("results")
    void onALowTerminalItSaysWhatMattersMostAndWhereTheRestIs(RunResult result) {
        String text = render(result, new Screen(80, 24, false, true));

        int more = 4 * result.verdict().reasons().size();
        assertThat(text.lines().count()).isLessThanOrEqualTo(23 + more);
        assertThat(text.lines()).filteredOn(line -> !line.contains("./netchurn run "))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(text).contains("Verdict ", "Connections ", "Limited by ", "Try next ", "report.html");
        result.verdict().reasons().forEach(reason -> assertThat(text).contains(reason.message().split(" ")[0]));
    }

    @Test
    void onALowTerminalItHidesNoTrouble() {
        String text = render(RunResultFixture.troubled().build(), new Screen(80, 24, false, true));

        assertThat(text.replaceAll("\\s+", " ")).contains("14 000 failed, 15 000 shed", "refused 3 000",
                "close_timed_out 9 000",
                "10 000 CLOSE_WAIT at the end", "TcpExtListenOverflows 3 210 server", "TcpExtTCPTimeWaitOverflow 12 server");
    }

    @Test
    void aHighTerminalGetsTheWhole() {
        RunResult result = RunResultFixture.closedLoop().build();

        assertThat(render(result, new Screen(100, 500, false, true))).isEqualTo(render(result));
        assertThat(render(result, new Screen(100, 24, false, true).endless())).isEqualTo(render(result));
    }

    private static RunResult unobserved() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.topology = "host";
        fixture.config.put("target", "[10.0.0.7:8080]");
        fixture.census = null;
        fixture.listenQueue = null;
        fixture.activeCloser = null;
        fixture.synRetransmits = null;
        fixture.latency.clear();
        fixture.counters.clear();
        fixture.cpu = new RunResult.Cpu(null, null, null, null, null);
        fixture.books = new RunResult.Books(10, null, null, null, null, null, List.of(), null);
        return fixture.build();
    }

    /** Every number as long as it can get in a day. */
    private static RunResult enormous() {
        long many = 9_999_999_999L;
        RunResultFixture fixture = RunResultFixture.troubled();
        fixture.ledger = RunResultFixture.ledger(many,
                Map.of(Outcome.ESTABLISHED, many - 2, Outcome.KERNEL_TIMED_OUT, 1L, Outcome.SHED, 1L),
                Map.of(CloseOutcome.CLOSED, many - 3, CloseOutcome.RESET_BY_PEER, 1L));
        fixture.books = new RunResult.Books(many, many, many, many, null, true, List.of(), null);
        fixture.activeCloser = new RunResult.ActiveCloser(many, many, many);
        fixture.counters.put("server", Map.of("TcpExtTCPMigrateReqFailure", many, "TcpExtTCPACKSkippedChallenge", many));
        fixture.rate = new RunResult.Rate(9_999_999.0, 9_999_999.0, 9_999_999.0);
        return fixture.build();
    }

    private static String render(RunResult result) {
        return render(result, Screen.plain());
    }

    private static String render(RunResult result, Screen screen) {
        List<String> notes =
                List.of("16 target addresses, so that every connection finds a free four-tuple for as long as TIME_WAIT lasts");
        return new TerminalSummary(CounterMeaning::of, screen).render(result, notes, Path.of("netchurn-results"));
    }
}
