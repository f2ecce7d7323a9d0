package dev.netchurn.closepath;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Reports {@link Costs} per operation as secondary results: {@code systemCalls}, where the machine lets us count them, and
 * {@code allocatedBytes}. Used with {@code -prof dev.netchurn.closepath.CostProfiler}.
 */
public final class CostProfiler implements InternalProfiler {

    @Override
    public String getDescription() {
        return "System calls and allocated bytes per operation of a batch, without its set-up";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        Costs.OPERATIONS.reset();
        Costs.ALLOCATED_BYTES.reset();
        Costs.SYSTEM_CALLS.reset();
        Costs.NOT_COUNTED.reset();
    }

    @Override
    @SuppressWarnings("rawtypes") // the interface has it so
    public Collection<? extends Result> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double operations = Costs.OPERATIONS.sum();
        List<Result<?>> results = new ArrayList<>();
        if (operations > 0) {
            results.add(new ScalarResult("allocatedBytes", Costs.ALLOCATED_BYTES.sum() / operations, "B/op",
                    AggregationPolicy.AVG));
            if (Costs.NOT_COUNTED.sum() == 0) {
                results.add(new ScalarResult("systemCalls", Costs.SYSTEM_CALLS.sum() / operations, "calls/op",
                        AggregationPolicy.AVG));
            }
        }
        return results;
    }
}
