package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.lab.Check;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.LabResults;
import dev.netchurn.loadgen.lab.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Results of the lab as one page of HTML that needs nothing but itself. Immutable; safe to use from any thread. */
public final class LabHtml {

    /**
     * Writes the page.
     *
     * @throws IOException when the file cannot be written
     */
    public void write(LabResults results, Path file) throws IOException {
        Files.writeString(file, page(results));
    }

    /** The page as text. */
    String page(LabResults results) {
        long passed = results.results().stream().filter(LabResult::passed).count();
        long skipped = results.results().stream().filter(result -> result.skipped() != null).count();
        long failed = results.results().size() - passed - skipped;
        Html html = new Html();
        html.open("section", "id", "verdict", "class", failed > 0 ? "invalid" : skipped > 0 ? "degraded" : "valid")
                .open("p", "class", "status").element("strong", failed > 0 ? "FAIL" : "PASS")
                .text(passed + " passed, " + failed + " failed, " + skipped + " skipped, on Linux " + results.kernel())
                .close("p").close("section");
        if (results.results().size() > 1) {
            contents(html, results.results());
        }
        results.results().forEach(result -> result(html, result));
        return HtmlReport.filled("lab.html", Map.of("style", HtmlReport.resource("report.css"),
                "theme", HtmlReport.resource("theme.js"), "body", html.toString()));
    }

    private static void contents(Html html, List<LabResult> results) {
        html.open("ul", "class", "contents");
        results.forEach(result -> html.open("li").element("span", mark(result), "class", tone(result)).text(" ")
                .element("a", result.name(), "href", "#" + result.name()).close("li"));
        html.close("ul");
    }

    private static void result(Html html, LabResult result) {
        html.open("section", "class", "phenomenon", "id", result.name()).element("h2", result.title())
                .open("p").element("strong", mark(result), "class", tone(result)).text(" ").element("code", result.name())
                .close("p").element("p", result.claim(), "class", "claim");
        if (result.skipped() != null) {
            html.element("p", "Skipped: " + result.skipped(), "class", "note").close("section");
            return;
        }
        html.raw("<div class=\"drawing\">" + new LadderSvg(result).text() + "</div>\n");
        String timeline = new StateTimelineSvg(result).text();
        if (!timeline.isEmpty()) {
            html.element("h3", "States over time").raw("<div class=\"drawing\">" + timeline + "</div>\n");
        }
        TableSections.begin(html, "What had to be seen", "", "check", "expected", "observed");
        for (Check check : result.checks()) {
            html.open("tr", "class", check.passed() ? "" : "bad")
                    .element("td", check.passed() ? "✓" : "✗", "class", check.passed() ? "good" : "bad")
                    .element("th", check.what(), "scope", "row").element("td", check.expected())
                    .element("td", check.observed()).close("tr");
        }
        TableSections.end(html);
        segments(html, result);
        html.close("section");
    }

    private static void segments(Html html, LabResult result) {
        if (result.segments().isEmpty()) {
            return;
        }
        LabScene scene = new LabScene(result);
        html.open("details").element("summary", "Segments as a table");
        TableSections.begin(html, "Segments, in the order they were sent", scene.unit(), "from", "segment", "client port",
                "sender is then", "receiver is then", "");
        for (Segment segment : result.segments()) {
            html.open("tr").element("td", scene.time(segment.atNs()), "class", "number").element("td", segment.from())
                    .element("td", LadderText.label(segment)).element("td", String.valueOf(segment.clientPort()))
                    .element("td", segment.senderState() == null ? "" : segment.senderState())
                    .element("td", segment.receiverState() == null ? "" : segment.receiverState())
                    .element("td", segment.dropped() ? "lost on purpose" : "").close("tr");
        }
        TableSections.end(html);
        if (result.omittedSegments() > 0) {
            html.element("p", result.omittedSegments() + " more were captured and not kept.", "class", "note");
        }
        html.close("details");
    }

    private static String mark(LabResult result) {
        return result.skipped() != null ? "SKIP" : result.passed() ? "PASS" : "FAIL";
    }

    private static String tone(LabResult result) {
        return result.skipped() != null ? "caution" : result.passed() ? "good" : "bad";
    }
}
