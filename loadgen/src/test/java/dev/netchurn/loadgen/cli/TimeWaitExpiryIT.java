package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.cli.Netchurn.Ended;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A run that is long enough for TIME_WAIT to end. */
@Timeout(300)
class TimeWaitExpiryIT {

    private static final long RATE = 500;
    private static final double SECOND = 1e9;
    private static final double TOLERANCE = 0.03;

    /** What a machine that is busy with something else does to any run. */
    private static final Set<String> BUSY_MACHINE =
            Set.of("schedule-lag", "event-loop-delay", "steal", "observer", "achieved-rate");

    @TempDir
    Path folder;

    @Test
    void theMeasuredCurveIsThePredictedOneAlsoPastTheMinuteInWhichItGrows() {
        Ended run = new Netchurn(folder).run("--rate", String.valueOf(RATE), "--warmup", "1s", "--duration", "71s");

        assertThat(run.result().at("/books/agree").asBoolean()).isTrue();
        assertThat(run.result().at("/verdict/reasons").valueStream().map(reason -> reason.at("/check").asString()))
                .as("expiry itself is no reason: " + run.result().at("/verdict")).isSubsetOf(BUSY_MACHINE);
        JsonNode timeWait = run.result().at("/predictions/timeWait/client");
        double level = RATE * run.result().at("/predictions/timeWaitSeconds").asDouble();
        assertThat(timeWait.at("/expected").asDouble()).isBetween(0.99 * level, 1.01 * level);
        assertThat(timeWait.at("/ratio").asDouble()).isBetween(1 - TOLERANCE, 1 + TOLERANCE);
        assertPlateau(run, level);
        assertCurve(run);
    }

    /** Until a minute is over every close adds one; from then on as many end as are added. */
    private static void assertPlateau(Ended run, double level) {
        List<JsonNode> intervals = run.result().at("/intervals").valueStream().toList();
        List<JsonNode> after = intervals.stream().filter(interval -> end(interval) >= 63 * SECOND)
                .filter(interval -> interval.at("/phase").asString().equals("measure")).toList();
        assertThat(after).hasSizeGreaterThanOrEqualTo(8).allSatisfy(interval -> {
            assertThat(interval.at("/census/client/TIME_WAIT").asDouble()).isBetween((1 - TOLERANCE) * level,
                    (1 + TOLERANCE) * level);
            assertThat(interval.at("/predictedTimeWait/client").asDouble()).isBetween(0.99 * level, 1.01 * level);
        });
        JsonNode half = intervals.stream().filter(interval -> end(interval) >= 30 * SECOND).findFirst().orElseThrow();
        assertThat(half.at("/census/client/TIME_WAIT").asDouble())
                .isBetween((1 - TOLERANCE) * RATE * end(half) / SECOND, (1 + TOLERANCE) * RATE * end(half) / SECOND);
    }

    /** A busy machine reads sockets and books of an interval at different moments; that must stay the exception. */
    private static void assertCurve(Ended run) {
        List<Double> ratios = run.result().at("/intervals").valueStream()
                .filter(interval -> interval.at("/predictedTimeWait/client").asLong() >= 10 * RATE)
                .map(interval -> interval.at("/census/client/TIME_WAIT").asDouble()
                        / interval.at("/predictedTimeWait/client").asDouble())
                .sorted().toList();
        assertThat(ratios).hasSizeGreaterThan(55);
        assertThat(ratios.get(ratios.size() / 20)).isGreaterThan(1 - TOLERANCE);
        assertThat(ratios.get(ratios.size() - 1 - ratios.size() / 20)).isLessThan(1 + TOLERANCE);
    }

    private static double end(JsonNode interval) {
        return interval.at("/startNs").asDouble() + interval.at("/durationNs").asDouble();
    }
}
