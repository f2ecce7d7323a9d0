package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.CounterTone;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.run.CensusSummary;
import dev.netchurn.loadgen.run.CensusSummary.StateCount;
import dev.netchurn.loadgen.run.FailureAdvice;
import dev.netchurn.loadgen.run.LatencySummary;
import dev.netchurn.loadgen.run.LedgerSummary;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The tables of report.html: what a chart shows, in figures, and what no chart can show. */
final class TableSections {

    private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.99, 0.999, 0.9999, 1.0);

    private TableSections() {
    }

    static void latency(Html html, RunResult result) {
        begin(html, "Latency over the measurement", "latency", "p50", "p90", "p99", "p99.9", "p99.99", "max", "samples");
        for (LatencyKind kind : LatencyKind.values()) {
            LatencySummary summary = result.latencyOf(kind.text());
            if (summary != null) {
                html.open("tr").element("th", kind.text(), "scope", "row");
                for (double quantile : QUANTILES) {
                    boolean isInfinite = summary.isInfinite(quantile);
                    html.element("td", isInfinite ? Figures.INFINITE : Figures.time(summary.at(quantile)), "class",
                            isInfinite ? "number bad" : "number");
                }
                html.element("td", Figures.count(summary.count()), "class", "number").close("tr");
            }
        }
        end(html);
        html.element("p", Figures.NONE + ": fewer than " + LatencySummary.LEAST_ABOVE + " samples lie above it. "
                + Figures.INFINITE + ": ranked over all scheduled arrivals; those shed, failed or unfinished count as"
                + " infinitely late.", "class", "note");
    }

    static void outcomes(Html html, RunResult result) {
        LedgerSummary ledger = result.ledger();
        begin(html, "What became of the arrivals of the measurement", "outcome", "arrivals", "meaning");
        row(html, "established", ledger.established(), "handshake complete", "");
        for (Outcome outcome : Outcome.values()) {
            long count = outcome == Outcome.SHED ? ledger.shed() : ledger.failed().getOrDefault(outcome.text(), 0L);
            if (count > 0) {
                Integer errno = ledger.errno().get(outcome.text());
                row(html, outcome.text(), count, FailureAdvice.of(outcome) + (errno == null ? "" : " (errno " + errno + ")"),
                        "bad");
            }
        }
        row(html, "closed", ledger.closed(), "ended as planned", "");
        for (CloseOutcome outcome : CloseOutcome.values()) {
            long count = ledger.closeFailed().getOrDefault(outcome.text(), 0L);
            if (count > 0) {
                row(html, outcome.text(), count, FailureAdvice.of(outcome), "bad");
            }
        }
        if (ledger.stillOpen() > 0) {
            row(html, "still_open", ledger.stillOpen(), "open when the run ended", "");
        }
        end(html);
    }

    private static void row(Html html, String name, long count, String meaning, String tone) {
        html.open("tr", "class", tone).element("th", name, "scope", "row")
                .element("td", Figures.count(count), "class", "number").element("td", meaning).close("tr");
    }

    static void sockets(Html html, RunResult result) {
        CensusSummary census = result.census();
        if (census == null) {
            html.element("p", "The sockets were not observed.");
            return;
        }
        begin(html, "Sockets by state", "state", "client, peak", "client, end", "server, peak", "server, end");
        for (TcpState state : TcpState.values()) {
            StateCount client = seen(census.client(), state);
            StateCount server = seen(census.server(), state);
            if (state != TcpState.LISTEN && (client != null || server != null)) {
                html.open("tr").open("th", "scope", "row").element("i", "", "class", "state", "data-state", state.name())
                        .text(state.name()).close("th");
                cells(html, state, census.client(), client);
                cells(html, state, census.server(), server);
                html.close("tr");
            }
        }
        end(html);
    }

    private static void cells(Html html, TcpState state, @Nullable Map<TcpState, StateCount> side, @Nullable StateCount count) {
        if (side == null) {
            html.element("td", "?", "class", "number").element("td", "?", "class", "number");
            return;
        }
        Long atEnd = count == null ? Long.valueOf(0) : count.atEnd();
        boolean isLeak = state == TcpState.CLOSE_WAIT && atEnd != null && atEnd > 0;
        html.element("td", count == null ? "0" : Figures.count(count.peak()), "class", "number")
                .element("td", Figures.count(atEnd), "class", isLeak ? "number bad" : "number");
    }

    private static @Nullable StateCount seen(@Nullable Map<TcpState, StateCount> side, TcpState state) {
        StateCount count = side == null ? null : side.get(state);
        return count == null || count.peak() == 0 ? null : count;
    }

    static void counters(Html html, RunResult result, Function<String, Optional<String>> meaning) {
        Map<String, Map<String, Long>> bySide = result.counters();
        TreeSet<String> names = new TreeSet<>(Comparator.comparing(CounterTone::of)
                .thenComparing(name -> meaning.apply(name).isEmpty()).thenComparing(Comparator.naturalOrder()));
        bySide.values().forEach(counters -> names.addAll(counters.keySet()));
        List<String> sides = List.copyOf(bySide.keySet());
        begin(html, "Kernel counters that moved, over measurement and drain", "counter",
                String.join("\n", sides).replace("shared", "both ends"), "meaning");
        for (String name : names) {
            html.open("tr", "class", CounterTone.of(name) == CounterTone.TROUBLE ? "bad" : "").open("th", "scope", "row")
                    .element("code", name).close("th");
            for (String side : sides) {
                html.element("td", figure(bySide.getOrDefault(side, Map.of()).get(name)), "class", "number");
            }
            html.element("td", meaning.apply(name).orElse("")).close("tr");
        }
        end(html);
    }

    private static String figure(@Nullable Long moved) {
        return moved == null || moved == 0 ? "·" : Figures.count(moved);
    }

    /** A table with its headings; one with line feeds in it stands for several. */
    static void begin(Html html, String caption, String... headings) {
        html.open("div", "class", "wide").open("table").element("caption", caption).open("thead").open("tr");
        for (String heading : headings) {
            for (String one : heading.split("\n")) {
                html.element("th", one, "scope", "col");
            }
        }
        html.close("tr").close("thead").open("tbody");
    }

    static void end(Html html) {
        html.close("tbody").close("table").close("div");
    }
}
