package dev.netchurn.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.lab.Call;
import dev.netchurn.loadgen.lab.Catalogue;
import dev.netchurn.loadgen.lab.Check;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.Segment;
import dev.netchurn.loadgen.lab.StateChange;
import dev.netchurn.terminal.Screen;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LabPageTest {

    private static final Check HOLDS = new Check("client's TcpExtTW", "1", "1", true);
    private static final Check FAILS = new Check("segments", "client SYN seq=0, server RST", "client SYN seq=0", false);

    private final LabPage page = new LabPage(Screen.plain());

    @Test
    void drawsALadderWithTheStatesOfBothEndsBesideEachSegment() {
        String text = page.whole(result(List.of(HOLDS)));

        assertThat(text.lines()).contains(
                "         ms  client :40000                                          server :9000",
                "       0.00  connect()",
                "       0.10  SYN_SENT     ── SYN seq=0 ───────────────────────────▶     SYN_RECV",
                "       5.20  ESTABLISHED  ◀───────────────── SYN ACK seq=0 ack=1 ──     SYN_RECV",
                "      10.30  ESTABLISHED  ── ACK seq=1 ack=1 ─────────────────────✗",
                "      10.40                                                          ESTABLISHED",
                "      12.01                                                  recv() = ECONNRESET",
                "  ✓ client's TcpExtTW: 1");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void paintsWhatWasLostAndTheVerdictAndNothingWithoutColours() {
        assertThat(new LabPage(new Screen(80, true, true)).whole(result(List.of(HOLDS)))).contains("\u001b[31m── ACK",
                "\u001b[32mPASS");
        assertThat(page.whole(result(List.of(HOLDS)))).doesNotContain("\u001b");
    }

    @Test
    void staysInAsciiWhereThereIsNoMore() {
        String text = new LabPage(new Screen(80, false, false)).whole(result(List.of(HOLDS, FAILS)));
        assertThat(text.chars()).allMatch(character -> character < 128);
    }

    @Test
    void showsWhatWasExpectedAndWhatWasSeenOfAFailure() {
        LabResult failed = result(List.of(HOLDS, FAILS));

        assertThat(LabPage.isFailure(failed)).isTrue();
        assertThat(page.whole(failed)).startsWith("FAIL  a-phenomenon").contains("""
                  ✗ segments
                      expected  client SYN seq=0
                                server RST
                      observed  client SYN seq=0
                """.indent(0));
        assertThat(page.summary(List.of(failed, result(List.of(HOLDS))), 2_000_000_000L))
                .isEqualTo("\n1 passed, 1 failed, 0 skipped, in 2.00 s\n");
    }

    @Test
    void namesASkippedPhenomenonWithItsReason() {
        LabResult skipped = LabResult.skipped(Catalogue.standard().all().getFirst(), "this kernel has no such thing");

        assertThat(LabPage.isFailure(skipped)).isFalse();
        assertThat(page.line(skipped)).startsWith("SKIP  three-way-handshake").contains("this kernel has no such thing");
        assertThat(page.summary(List.of(skipped), 1)).contains("0 passed, 0 failed, 1 skipped");
    }

    @Test
    void numbersConnectionsWhereThereAreSeveral() {
        LabResult one = result(List.of(HOLDS));
        LabResult two = new LabResult(one.name(), one.title(), one.claim(), true, null, one.durationNs(), 1, 0, one.topology(),
                one.expected(), one.observed(), one.checks(),
                List.of(segment(0, 40000, "SYN", null, false), segment(1_000_000, 40001, "SYN", null, false)), 7,
                List.of(), List.of());

        assertThat(page.whole(two)).contains("#1", "#2", "--json has the first 2 segments");
    }

    static LabResult result(List<Check> checks) {
        return new LabResult("a-phenomenon", "A phenomenon", "Something that a learner understands.",
                checks.stream().allMatch(Check::passed), null, 20_000_000, 1, 0, "wire", List.of(), List.of(), checks,
                List.of(segment(1_100_000, 40000, "SYN", null, false),
                        new Segment(6_200_000, 11_200_000L, "server", "client", 40000, 9000, List.of("SYN", "ACK"), 0, 1L, 0,
                                false,
                                false, "SYN_RECV", "ESTABLISHED"),
                        new Segment(11_300_000, null, "client", "server", 40000, 9000, List.of("ACK"), 1, 1L, 0, true, false,
                                "ESTABLISHED", null)),
                0,
                List.of(new StateChange(500_000, "server", null, 9000, "LISTEN"),
                        new StateChange(1_200_000, "client", 40000, 9000, "SYN_SENT"),
                        new StateChange(6_300_000, "server", 40000, 9000, "SYN_RECV"),
                        new StateChange(11_350_000, "client", 40000, 9000, "ESTABLISHED"),
                        new StateChange(11_400_000, "server", 40000, 9000, "ESTABLISHED")),
                List.of(new Call(1_000_000, 10_000, "client", 40000, "connect()", "0"),
                        new Call(13_000_000, 10_000, "server", 40000, "recv()", "ECONNRESET")));
    }

    private static Segment segment(long atNs, int port, String flag, @Nullable Long ack, boolean dropped) {
        return new Segment(atNs, dropped ? null : atNs + 5_000_000, "client", "server", port, 9000, List.of(flag), 0, ack, 0,
                dropped,
                false, "SYN_SENT", "SYN_RECV");
    }
}
