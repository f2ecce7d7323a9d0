package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.LatencySummary;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Handshakes that took as long as a lost SYN takes. Linux repeats a SYN after 1, 2, 3, 4 and 5 s, then in doubling steps
 * (tcp_syn_linear_timeouts, RFC 6298 section 2), so that a repeat shows as a step of whole seconds.
 */
final class SynRepeatSection {

    private static final long[] STEPS_S = {0, 1, 2, 3, 4, 5, 7, 11, 3_600};
    private static final double NS_PER_S = 1e9;
    /** The timer fires on the clock tick, and the first step can come a little early. */
    private static final double EARLY_S = 0.1;

    private SynRepeatSection() {
    }

    static void write(Html html, RunResult result) {
        Map<String, Long> told = result.synRetransmits();
        LatencySummary connect = result.latency().get("connect");
        if (connect == null) {
            return;
        }
        Histogram histogram = connect.decode();
        long slow = count(histogram, STEPS_S[1], STEPS_S[STEPS_S.length - 1]);
        long repeated = told == null
                ? 0
                : told.entrySet().stream().filter(entry -> !entry.getKey().equals("0")).mapToLong(Map.Entry::getValue).sum();
        long asked = told == null ? 0 : told.values().stream().mapToLong(Long::longValue).sum();
        if (slow == 0 && repeated == 0) {
            html.element("p", "No handshake took as long as a repeated SYN takes (1 s and more)"
                    + (asked == 0
                            ? "."
                            : "; of " + Figures.count(asked) + " connections that were asked, none had repeated its SYN."));
            return;
        }
        TableSections.begin(html, "Repeated SYNs", "SYN repeats", "as TCP_INFO told", "handshake took", "handshakes");
        for (int repeats = 0; repeats + 1 < STEPS_S.length; repeats++) {
            long inBand = count(histogram, STEPS_S[repeats], STEPS_S[repeats + 1]);
            long ofAsked = told == null ? 0 : told.getOrDefault(String.valueOf(repeats), 0L);
            if (inBand > 0 || ofAsked > 0) {
                html.open("tr", "class", repeats > 0 ? "bad" : "").element("th", String.valueOf(repeats), "scope", "row")
                        .element("td", told == null ? Figures.NONE : Figures.count(ofAsked), "class", "number")
                        .element("td", repeats == 0 ? "less than 0.9 s" : "about " + STEPS_S[repeats] + " s")
                        .element("td", Figures.count(inBand), "class", "number").close("tr");
            }
        }
        TableSections.end(html);
        html.element("p", "TCP_INFO is asked of a sample, and of every handshake of 0.9 s and more. A handshake that took whole"
                + " seconds waited for a SYN, or its answer, that was dropped: see the counters of the listener.", "class",
                "note");
    }

    private static long count(Histogram histogram, long fromS, long toS) {
        long from = fromS == 0 ? 0 : Math.round((fromS - EARLY_S) * NS_PER_S);
        long to = Math.min(LatencySummary.HIGHEST_NS, Math.round((toS - EARLY_S) * NS_PER_S));
        return histogram.getTotalCount() == 0 ? 0 : histogram.getCountBetweenValues(from, to - 1);
    }
}
