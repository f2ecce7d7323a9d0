package dev.netchurn.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.lab.Catalogue;
import dev.netchurn.loadgen.lab.Check;
import dev.netchurn.loadgen.lab.LabJson;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.LabResults;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LabHtmlTest {

    private static final Check HOLDS = new Check("client's TcpExtTW", "1", "1", true);
    private static final Check FAILS = new Check("segments", "client <SYN> & more", "none", false);

    @Test
    void drawsAnArrowPerSegmentAndABarPerState() {
        LabResult result = LabPageTest.result(List.of(HOLDS));
        String ladder = new LadderSvg(result).text();

        assertThat(count(ladder, "class=\"arrow ")).isEqualTo(result.segments().size());
        assertThat(count(ladder, "class=\"arrow lost\"")).isEqualTo(1);
        assertThat(ladder).contains("SYN ACK seq=0 ack=1</text>", "ACK seq=1 ack=1, lost</text>", "connect()</text>",
                "recv() = ECONNRESET</text>", "fill:var(--state-");
    }

    @Test
    void drawsTheStatesOfBothEndsToScale() {
        String states = new StateTimelineSvg(LabPageTest.result(List.of(HOLDS))).text();

        assertThat(states).contains(">client</text>", ">server</text>", " ms</text>", "<title>SYN_SENT from ");
    }

    @Test
    void tellsWhatFailedFirstAndEscapesWhatWasObserved() {
        String page = page(LabPageTest.result(List.of(HOLDS, FAILS)), LabPageTest.result(List.of(HOLDS)));

        assertThat(page).contains("1 passed, 1 failed, 0 skipped, on Linux 6.12.0", "client &lt;SYN&gt; &amp; more",
                "id=\"verdict\" class=\"invalid\"").doesNotContain("{{").doesNotContainPattern("(src|href)=\"?https?:");
    }

    @Test
    void namesASkippedPhenomenonWithItsReason() {
        LabResult skipped = LabResult.skipped(Catalogue.standard().all().getFirst(), "this kernel has no such thing");

        assertThat(page(skipped)).contains("SKIP", "Skipped: this kernel has no such thing").doesNotContain("class=\"ladder\"");
    }

    @Test
    void aFileOfOthersIsNotTakenForTheLabs() {
        LabJson json = new LabJson();
        LabResults results = new LabResults(LabResults.SCHEMA_VERSION, "6.12.0", List.of(LabPageTest.result(List.of(HOLDS))));

        assertThat(json.ifResults(json.file(results))).contains(results);
        assertThat(json.ifResults("{\"schemaVersion\":1,\"verdict\":{}}")).isEmpty();
        assertThat(json.ifResults("no JSON")).isEmpty();
    }

    private static String page(LabResult... results) {
        return new LabHtml().page(new LabResults(LabResults.SCHEMA_VERSION, "6.12.0", List.of(results)));
    }

    private static long count(String text, String part) {
        return Pattern.compile(part, Pattern.LITERAL).matcher(text).results().count();
    }
}
