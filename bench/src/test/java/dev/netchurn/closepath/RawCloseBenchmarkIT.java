package dev.netchurn.closepath;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** That the benchmark runs and measures what it says. How fast anything is, no test can know. */
@Timeout(120)
class RawCloseBenchmarkIT {

    @Test
    void givesAScoreForEachCloseModeAndLeavesNothingBehind() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                .include(RawCloseBenchmark.class.getSimpleName() + ".close")
                .forks(1).warmupIterations(0).measurementIterations(1).shouldFailOnError(true)
                .build()).run();

        assertThat(results).hasSize(2 * RawCloseBenchmark.Way.values().length).allSatisfy(result -> {
            assertThat(result.getPrimaryResult().getScore()).isPositive();
            assertThat(result.getSecondaryResults().get("errors").getScore()).isZero();
            assertThat(result.getSecondaryResults().get("leftovers").getScore()).isZero();
        });
    }
}
