package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.Predictions;
import dev.netchurn.loadgen.run.Predictions.TimeWait;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import java.util.Locale;
import java.util.Map;

/** What arithmetic expects, beside what was measured: TIME_WAIT of each side, and when the ports of the client run out. */
final class PredictionBlock {

    private static final int CELL = 27;

    private PredictionBlock() {
    }

    static void print(Page page, RunResult result) {
        Predictions predictions = result.predictions();
        page.block("Predicted");
        boolean any = false;
        for (Map.Entry<String, TimeWait> side : predictions.timeWait().entrySet()) {
            TimeWait timeWait = side.getValue();
            if (timeWait.expected() > 0 || timeWait.measured() != null && timeWait.measured() > 0) {
                any = true;
                line(page, side.getKey(), timeWait);
            }
        }
        if (any) {
            page.sentence(Ink.QUIET, String.format(Locale.ROOT, "expected: each close stays for %.1f s on average, that is 60 s"
                    + " and on to the next step of the kernel's timer wheel, one every %.2f s",
                    predictions.timeWaitSeconds(), predictions.timeWaitStepSeconds()));
        } else {
            page.line("no TIME_WAIT, and none is there");
        }
        page.sentence(ports(predictions));
    }

    private static void line(Page page, String side, TimeWait timeWait) {
        String measured = timeWait.measured() == null ? "not observed" : Figures.count(timeWait.measured()) + " measured";
        Double ratio = timeWait.ratio();
        String share = ratio == null ? "" : Figures.percent(ratio) + " of it";
        if (!page.isWide()) {
            page.sentence("TIME_WAIT at the " + side + ": " + Figures.count(timeWait.expected()) + " expected, " + measured
                    + (share.isEmpty() ? "" : ", " + share));
            return;
        }
        page.line(
                Lines.left("TIME_WAIT at the " + side, CELL)
                        + Lines.left(Figures.count(timeWait.expected()) + " expected", CELL)
                        + Lines.left(measured, CELL - 6) + share);
    }

    private static String ports(Predictions predictions) {
        String tuples = "four-tuples: " + Figures.count(predictions.fourTuples());
        Double lasts = predictions.portsLastSeconds();
        Double slow = predictions.slowAfterSeconds();
        Double sustainable = predictions.sustainablePerSecond();
        StringBuilder text = new StringBuilder(tuples);
        if (lasts != null) {
            text.append(", of which at this rate none is free after ").append(seconds(lasts));
        } else if (sustainable != null) {
            text.append(", enough for ").append(Figures.rate(sustainable)).append(" for ever");
        } else {
            text.append(", and closed connections keep none of them");
        }
        if (slow != null) {
            text.append("; connect() gets slow after ").append(seconds(slow))
                    .append(", when the ports of the parity that it tries first are used up");
        }
        if (predictions.overflowAfterSeconds() != null) {
            text.append("; tcp_max_tw_buckets is reached after ").append(seconds(predictions.overflowAfterSeconds()));
        }
        return text.toString();
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 100 ? "%.1f s" : "%.0f s", seconds);
    }
}
