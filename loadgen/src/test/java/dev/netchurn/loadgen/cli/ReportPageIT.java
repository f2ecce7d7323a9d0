package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.loadgen.report.HtmlReport;
import dev.netchurn.loadgen.report.LongRunFixture;
import dev.netchurn.loadgen.report.ResultJson;
import dev.netchurn.loadgen.run.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The report of a real run as a browser shows it: each chart has its data, and everything can be reached without a mouse. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportPageIT {

    private static final String ESCAPE = "\uE00C";
    private static final String ARROW_RIGHT = "\uE014";
    private static final List<String> OVER_TIME =
            List.of("rate", "connect", "close", "response", "client", "server", "queue", "inFlight");

    private Path folder;
    private Browser browser;
    private Path page;
    private RunResult result;

    @BeforeAll
    void runOnceForReal(@TempDir Path temporary) throws IOException, InterruptedException {
        folder = temporary;
        assumeTrue(Browser.isInstalled(), "chromium and chromedriver are not installed");
        Netchurn.Ended run = new Netchurn(folder).run("--rate", "1k", "--warmup", "1s", "--duration", "3s", "--drain", "4s",
                "--interval", "500ms", "--server-close", "delay:20ms", "--force");
        assertThat(run.number("/ledger/established")).as(run.errors()).isPositive();
        page = folder.resolve("out/report.html");
        result = new ResultJson().read(folder.resolve("out/result.json"));
        browser = Browser.start(Files.createDirectory(folder.resolve("profile")));
    }

    @AfterAll
    void quit() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void openAfresh() throws IOException, InterruptedException {
        browser.resize(1400, 1000);
        browser.open(page.toUri());
    }

    @Test
    void everyChartHasDataOnTheRightAxis() throws IOException, InterruptedException {
        double endMs = browser.run("return ms(model.endS[model.endS.length - 1])").asDouble();
        for (String id : OVER_TIME) {
            JsonNode axes = browser
                    .run("""
                            const option = shown.get("%s").echart.getOption();
                            return {x: option.xAxis[0].type, from: option.xAxis[0].min, to: option.xAxis[0].max, y: option.yAxis[0].type,
                              points: option.series.map(s => s.data.length), values: option.series.filter(s => s.type == "line")
                                .flatMap(s => s.data.map(d => d[1])).filter(v => v > 0).length}"""
                            .formatted(id));
            assertThat(axes.at("/x").asString()).as(id).isEqualTo("time");
            assertThat(axes.at("/from").asDouble()).as(id).isZero();
            assertThat(axes.at("/to").asDouble()).as(id).isEqualTo(endMs).isGreaterThan(3_900);
            assertThat(axes.at("/y").asString()).as(id)
                    .isEqualTo(List.of("connect", "close", "response").contains(id) ? "log" : "value");
            assertThat(axes.at("/points")).as(id).isNotEmpty().allMatch(points -> points.asInt() > 0);
            if (!id.equals("queue")) {
                assertThat(axes.at("/values").asInt()).as(id).isPositive();
            }
        }
        JsonNode spectrum = browser.run("""
                const option = shown.get("spectrum").echart.getOption();
                return {x: option.xAxis[0].type, names: option.series.map(s => s.name)}""");
        assertThat(spectrum.at("/x").asString()).isEqualTo("log");
        assertThat(spectrum.at("/names").toString()).contains("connectFromIntended", "closeHandshake");
    }

    @Test
    void whatIsDrawnIsWhatTheResultSays() throws IOException, InterruptedException {
        JsonNode rate = browser.run("return shown.get('rate').echart.getOption().series[0].data");
        assertThat(rate.size()).isEqualTo(result.intervals().size() + 1);
        for (int i = 0; i < result.intervals().size(); i++) {
            assertThat(rate.at("/" + (i + 1) + "/1").asDouble())
                    .isCloseTo(result.intervals().get(i).rate(), withPercentage(0.1));
        }
        long recorded = browser.run("return shown.get('connect').rows()[3][1].reduce(sum, 0)").asLong();
        assertThat(recorded).as("every handshake is in the heatmap")
                .isEqualTo(result.intervals().stream().mapToLong(interval -> interval.established()).sum());
        double stacked = browser.run("""
                const chart = shown.get("client").echart;
                const top = chart.getModel().getSeriesByIndex(chart.getOption().series.findLastIndex(s => s.stack)).getData();
                return top.get(top.getCalculationInfo("stackResultDimension"), top.count() - 1)""").asDouble();
        assertThat(stacked).as("the states lie on top of each other").isEqualTo(result.intervals().getLast().census()
                .get("client").values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void hoveringReadsTheValuesAndMarksTheInstantInEveryChart() throws IOException, InterruptedException {
        int[] middle = middleOf("rate");
        browser.mouse(middle);

        assertThat(browser.run("return document.querySelector('#chart-rate .tip').innerText").asString())
                .contains("achieved", "offered", "measure");
        for (String id : OVER_TIME) {
            assertThat(browser.run("return shown.get('" + id + "').echart.getOption().xAxis[0].axisPointer.status").asString())
                    .as(id).isEqualTo("show");
        }
    }

    @Test
    void draggingAcrossOneChartZoomsAllAndEscapeShowsTheWholeRun() throws IOException, InterruptedException {
        int[] middle = middleOf("rate");
        browser.mouse(new int[] {middle[0] - 200, middle[1]}, new int[] {middle[0], middle[1]},
                new int[] {middle[0] + 200, middle[1]});
        List<String> spans = spans();
        assertThat(spans).hasSize(1);
        assertThat(spans.getFirst()).isNotEqualTo(whole());

        browser.run("document.querySelector('#chart-close .canvas').focus()");
        browser.key(ESCAPE);
        assertThat(spans()).containsExactly(whole());
    }

    @Test
    void theKeyboardReadsZoomsAndSwitchesLikeTheMouse() throws IOException, InterruptedException {
        browser.run("document.querySelector('#chart-connect .canvas').focus()");
        browser.key(ARROW_RIGHT);
        browser.key(ARROW_RIGHT);
        assertThat(browser.run("return document.getElementById('spoken').textContent").asString())
                .contains("p50", "p99", "samples");
        assertThat(browser.run("return document.querySelector('#chart-connect .tip').innerText").asString()).contains("p50");

        browser.key("+");
        assertThat(spans()).hasSize(1).doesNotContain(whole());

        browser.run("document.querySelector('#chart-client button[data-series=TIME_WAIT]').focus()");
        browser.key(" ");
        assertThat(browser.run("return shown.get('client').echart.getOption().legend[0].selected.TIME_WAIT").asBoolean(true))
                .isFalse();
        assertThat(
                browser.run("return document.querySelector('[data-series=TIME_WAIT]').getAttribute('aria-pressed')").asString())
                .isEqualTo("false");
    }

    @Test
    void eachChartHasATableWithOneRowPerInterval() throws IOException, InterruptedException {
        for (String id : OVER_TIME) {
            browser.run("document.querySelector('#chart-" + id + " details').open = true");
            // The table is made when the browser tells of the opening.
            browser.run("return new Promise(done => setTimeout(done, 50))");
            assertThat(browser.run("return document.querySelectorAll('#chart-" + id + " tbody tr').length").asInt()).as(id)
                    .isEqualTo(result.intervals().size());
        }
    }

    @Test
    void followsTheSystemsThemeUntilAnotherIsChosen() throws IOException, InterruptedException {
        browser.prefer("dark");
        assertThat(isDark()).isTrue();
        assertThat(browser.run("return shown.get('rate').echart.getOption().textStyle.color").asString()).isEqualTo("#e8eaed");
        browser.run("document.getElementById('theme').click()");
        assertThat(isDark()).isFalse();
        browser.run("document.getElementById('theme').click()");
        browser.prefer("light");
        assertThat(isDark()).isTrue();
    }

    @Test
    void theResultCanBeTakenOutAgain() throws IOException, InterruptedException {
        String taken = browser.run("""
                return new Promise(done => {
                  HTMLAnchorElement.prototype.click = () => {};
                  URL.createObjectURL = blob => (blob.text().then(done), "data:,");
                  document.getElementById("download").click();
                })""").asString();

        assertThat(taken).isEqualTo(Files.readString(folder.resolve("out/result.json")));
    }

    @Test
    void fitsANarrowScreenAndPaper() throws IOException, InterruptedException {
        browser.resize(400, 800);
        browser.open(page.toUri());

        assertThat(browser.run("return document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(400);
        assertThat(browser.run("return document.querySelector('#chart-rate .canvas canvas').clientWidth").asInt())
                .isBetween(300, 400);
        assertThat(browser.printed()).isGreaterThan(20_000);
    }

    @Test
    void complainsOfNothingAndAsksNobody() throws IOException, InterruptedException {
        browser.requests();
        browser.complaints();
        browser.open(page.toUri());
        browser.mouse(middleOf("client"));
        browser.run("document.querySelectorAll('[data-zoom], #theme').forEach(button => button.click())");

        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).isNotEmpty().allMatch(uri -> uri.startsWith("file:") || uri.startsWith("data:"));
        assertThat(Files.size(page)).isLessThan(2_000_000);
    }

    @Test
    void aRunOfSixHundredIntervalsStaysSmallAndQuick() throws IOException, InterruptedException {
        Path file = folder.resolve("long.html");
        Path log = LongRunFixture.log(folder.resolve("long.hlog"), 600);
        new HtmlReport(CounterMeaning::of).write(LongRunFixture.result(600), log, file);
        browser.open(file.toUri());

        assertThat(Files.size(file)).isLessThan(2_000_000);
        assertThat(browser.run("return shown.get('connect').echart.getOption().series[0].data.length").asInt()).isEqualTo(601);
        double redrawMs = browser.run("""
                const began = performance.now();
                for (let i = 0; i < 10; i++) {
                  zoomTo(50 * i, 50 * i + 100);
                  shown.forEach(chart => chart.echart.getZr().flush());
                }
                return (performance.now() - began) / 10""").asDouble();
        // A tenth of this on an idle machine.
        assertThat(redrawMs).as("all charts drawn anew").isLessThan(1_500);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theLabsPageDrawsWhatTheLabSaw() throws IOException, InterruptedException {
        Path lab = folder.resolve("lab.html");
        Netchurn netchurn = new Netchurn(folder);
        assertThat(netchurn.await(netchurn.start(List.of("lab", "run", "linger-zero", "--json",
                folder.resolve("lab.json").toString(), "--out", lab.toString()))).exitCode()).as(netchurn.errors()).isZero();
        browser.requests();
        browser.complaints();
        browser.open(lab.toUri());

        assertThat(browser.run("return document.querySelectorAll('.ladder .arrow').length").asInt()).isGreaterThanOrEqualTo(4);
        assertThat(browser.run("""
                const bar = [...document.querySelectorAll(".ladder rect")].find(r => r.textContent.trim() == "ESTABLISHED");
                return getComputedStyle(bar).fill""").asString()).as("the colour of the charts").isEqualTo("rgb(0, 158, 115)");
        assertThat(browser.run("return document.querySelector('.states rect') !== null").asBoolean(false)).isTrue();
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).allMatch(uri -> uri.startsWith("file:") || uri.startsWith("data:"));

        String first = Files.readString(lab);
        netchurn.await(netchurn.start(List.of("report", folder.resolve("lab.json").toString())));
        assertThat(Files.readString(lab)).as("made again from the file").isEqualTo(first);
    }

    private boolean isDark() throws IOException, InterruptedException {
        return browser.run("return isDark()").asBoolean(false);
    }

    /** A chart scrolled into view, and the point in its middle. */
    private int[] middleOf(String id) throws IOException, InterruptedException {
        JsonNode box = browser.run("""
                const canvas = document.querySelector("#chart-%s .canvas");
                canvas.scrollIntoView({block: "center"});
                const box = canvas.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2]""".formatted(id));
        return new int[] {box.at("/0").asInt(), box.at("/1").asInt()};
    }

    /** The time that the charts show, each that differs once. */
    private List<String> spans() throws IOException, InterruptedException {
        List<String> spans = new ArrayList<>();
        browser.run("""
                return [...new Set([...shown.values()].filter(chart => chart.rows).map(chart => {
                  const zoom = chart.echart.getOption().dataZoom[0];
                  return Math.round(zoom.startValue) + " " + Math.round(zoom.endValue);
                }))]""").forEach(span -> spans.add(span.asString()));
        return spans;
    }

    private String whole() throws IOException, InterruptedException {
        return browser.run("return Math.round(ms(model.beginS[0])) + ' ' + Math.round(ms(model.endS[model.endS.length - 1]))")
                .asString();
    }
}
