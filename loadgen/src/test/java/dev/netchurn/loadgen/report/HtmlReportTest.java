package dev.netchurn.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.loadgen.run.Misconception;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.RunResultFixture;
import dev.netchurn.loadgen.run.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
class HtmlReportTest {

    private final HtmlReport report = new HtmlReport(CounterMeaning::of);

    @ParameterizedTest
    @ValueSource(strings = {"echarts.min.js", "drawing.js", "report.js", "theme.js", "report.css"})
    void whatIsInlinedCannotEndItsElement(String resource) {
        assertThat(HtmlReport.resource(resource)).doesNotContainIgnoringCase("</script").doesNotContainIgnoringCase("</style")
                .doesNotContain("<!--");
    }

    @Test
    void asksForNothingFromOutside() throws IOException {
        String page = page(RunResultFixture.troubled().build()).replace(HtmlReport.resource("echarts.min.js"), "");

        assertThat(page).doesNotContainPattern("(src|href)=\"?(https?:)?//").doesNotContain("@import").doesNotContain("url(")
                .contains("default-src 'none'");
    }

    @Test
    void tellsTheVerdictAndItsReasonsFirst() throws IOException {
        String page = page(RunResultFixture.troubled().build());

        assertThat(page.indexOf("INVALID")).isPositive().isLessThan(page.indexOf("Over time"));
        assertThat(page).contains("500 connections found no free local port", "<strong>INVALID</strong>");
    }

    @Test
    void whatAUserWroteIsTextAndNotMarkup() throws IOException {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.config.put("payload", "</script><script>alert(1)</script>");
        fixture.verdict = new Verdict(Verdict.Status.DEGRADED,
                List.of(new Verdict.Reason("x", "<img src=x onerror=alert(2)> & \"so on\"", null, null)));
        String page = page(fixture.build());

        assertThat(page).doesNotContain("<script>alert").doesNotContain("<img src=x")
                .contains("&lt;img src=x onerror=alert(2)&gt; &amp; &quot;so on&quot;");
    }

    @Test
    void carriesTheWholeResult() throws IOException {
        RunResult result = RunResultFixture.openLoop().build();
        String raw = script(page(result), "raw");

        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(raw)))) {
            assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(new ResultJson().text(result));
        }
    }

    @Test
    void drawsWhatTheResultSays() throws IOException {
        RunResult result = RunResultFixture.closedLoop().build();
        JsonNode model = model(page(result));

        assertThat(model.at("/phases").toString()).isEqualTo("[\"warmup\",\"measure\",\"drain\"]");
        assertThat(model.at("/rate/1").asDouble()).isEqualTo(result.intervals().get(1).rate());
        assertThat(model.at("/offered").isNull()).isTrue();
        assertThat(model.at("/queue/1").asLong()).isEqualTo(12);
        assertThat(model.at("/census/client/TIME_WAIT/1").asLong()).isEqualTo(20_300);
        assertThat(model.at("/spectra").size()).isEqualTo(result.latency().size());
        assertThat(model.at("/latency").size()).isZero();
    }

    @Test
    void tellsWhatPiledUpWhatWasExpectedAndWhatToMind() throws IOException {
        RunResultFixture fixture = RunResultFixture.troubled();
        fixture.notes = List.of(new Misconception("close-wait", "CLOSE_WAIT is the application's doing."));

        assertThat(page(fixture.build())).contains("CLOSE_WAIT at the server, 10 000: the FIN of the client")
                .contains("Expected in TIME_WAIT at the client: 203 412, measured: 203 412.")
                .contains("Mind: CLOSE_WAIT is the application");
    }

    @Test
    void aRunWithoutIntervalsStillHasItsTables() throws IOException {
        RunResult result = RunResultFixture.closedLoop().build();
        RunResult bare = new RunResult(result.schemaVersion(), result.id(), result.startedAt(), result.name(), result.verdict(),
                result.config(), result.environment(), result.ledger(), result.books(), null, result.rate(), Map.of(), null,
                null,
                null,
                null, Map.of(), result.cpu(), null, List.of(), result.predictions(), List.of(), List.of(), List.of());

        assertThat(page(bare)).contains("Effective flags").contains("The sockets were not observed.");
    }

    @Test
    void aPlaceThatNobodyFillsIsAMistake() {
        assertThatThrownBy(() -> HtmlReport.filled("report.html", Map.of("title", "x")))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("asks for");
    }

    @Test
    void leavesNoHalfPageBehind(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("report.html");
        report.write(RunResultFixture.closedLoop().build(), folder.resolve("no.hlog"), file);

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(Files.size(file)).isLessThan(2_000_000);
    }

    private String page(RunResult result) throws IOException {
        return report.page(result, null);
    }

    private static JsonNode model(String page) {
        return new JsonMapper().readTree(script(page, "model"));
    }

    private static String script(String page, String id) {
        Matcher script = Pattern.compile("id=\"" + id + "\">([^<]*)</script>").matcher(page);
        assertThat(script.find()).isTrue();
        return script.group(1);
    }
}
