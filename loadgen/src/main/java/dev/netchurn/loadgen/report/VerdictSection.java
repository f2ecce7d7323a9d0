package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.run.AssertionResult;
import dev.netchurn.loadgen.run.CensusSummary.StateCount;
import dev.netchurn.loadgen.run.LatencySummary;
import dev.netchurn.loadgen.run.LedgerSummary;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.Verdict;
import dev.netchurn.terminal.Figures;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The top of report.html: what was run, whether it holds and why not, and the figures that most people came for. */
final class VerdictSection {

    private VerdictSection() {
    }

    static void write(Html html, RunResult result) {
        Verdict verdict = result.verdict();
        html.open("section", "id", "verdict", "class", verdict.status().name().toLowerCase(Locale.ROOT));
        html.open("p", "class", "status").element("strong", verdict.status().name()).text(" ").text(RunWords.meaning(result))
                .close("p");
        if (!verdict.reasons().isEmpty()) {
            html.open("ul");
            verdict.reasons().forEach(reason -> html.element("li", ReasonText.of(reason)));
            html.close("ul");
        }
        assertions(html, result);
        html.close("section");
        figures(html, result);
    }

    private static void assertions(Html html, RunResult result) {
        if (result.assertions().isEmpty()) {
            return;
        }
        html.open("table").element("caption", "Assertions");
        for (AssertionResult assertion : result.assertions()) {
            html.open("tr", "class", assertion.passed() ? "" : "bad")
                    .element("td", assertion.passed() ? "✓ passed" : "✗ FAILED")
                    .open("td").element("code", assertion.expression()).close("td")
                    .element("td", assertion.message()).close("tr");
        }
        html.close("table");
    }

    private static void figures(Html html, RunResult result) {
        LedgerSummary ledger = result.ledger();
        long failed = ledger.failedTotal() + ledger.closeFailedTotal() + ledger.shed();
        html.open("section", "id", "figures", "aria-label", "Key figures");
        Double offered = result.rate().offeredPerSecond();
        figure(html, "established", Figures.rate(result.rate().achievedPerSecond()),
                offered == null
                        ? Figures.count(ledger.established()) + " connections"
                        : "of " + Figures.rate(offered) + " offered",
                "");
        figure(html, "failed or shed", Figures.count(failed), Figures.count(ledger.stillOpen()) + " still open",
                failed > 0 ? "bad" : "");
        latency(html, "connect", "connect", result.latency().get("connect"));
        Stream.of("closeHandshake", "peerClose", "lingerClose", "closeCall").filter(result.latency()::containsKey).findFirst()
                .ifPresent(kind -> latency(html, "close", kind, result.latency().get(kind)));
        timeWait(html, result);
        figure(html, "in flight", String.format(Locale.ROOT, "%.1f", ledger.inFlight().mean()),
                Figures.count(ledger.inFlight().max()) + " at most", "");
        figure(html, "client CPU", Figures.time(result.cpu().clientNsPerConnection()),
                "per connection, " + Figures.cores(result.cpu().clientCores()) + " cores", "");
        html.close("section");
    }

    private static void latency(Html html, String name, String kind, @Nullable LatencySummary summary) {
        if (summary != null) {
            figure(html, name + " p99", summary.isInfinite(0.99) ? Figures.INFINITE : Figures.time(summary.p99Ns()),
                    (kind.equals(name) ? "" : kind + " ") + "p50 " + Figures.time(summary.p50Ns()),
                    summary.isInfinite(0.99) ? "bad" : "");
        }
    }

    private static void timeWait(Html html, RunResult result) {
        if (result.census() == null) {
            return;
        }
        long client = peak(result.census().client());
        long server = peak(result.census().server());
        figure(html, "TIME_WAIT peak", Figures.count(Math.max(client, server)),
                client == 0 && server == 0 ? "on neither side" : client >= server ? "at the client" : "at the server", "");
    }

    private static long peak(@Nullable Map<TcpState, StateCount> side) {
        StateCount count = side == null ? null : side.get(TcpState.TIME_WAIT);
        return count == null ? 0 : count.peak();
    }

    private static void figure(Html html, String name, String value, String remark, String tone) {
        html.open("div", "class", ("figure " + tone).strip()).element("span", name, "class", "name")
                .element("span", value, "class", "value").element("span", remark, "class", "remark").close("div");
    }
}
