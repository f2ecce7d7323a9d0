package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Ticks;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Several listeners as one, told in order. */
public record RunListeners(List<RunListener> listeners) implements RunListener {

    public RunListeners {
        listeners = List.copyOf(listeners);
    }

    @Override
    public void prepared(RunResult.Environment environment) {
        listeners.forEach(listener -> listener.prepared(environment));
    }

    @Override
    public void started(RunPlan plan, Ticks ticks) {
        listeners.forEach(listener -> listener.started(plan, ticks));
    }

    @Override
    public void interval(RunTimeline timeline, IntervalPair pair) {
        listeners.forEach(listener -> listener.interval(timeline, pair));
    }

    @Override
    public void reported(RunTimeline timeline, long fromNs, long toNs, LoadReport report) {
        listeners.forEach(listener -> listener.reported(timeline, fromNs, toNs, report));
    }

    @Override
    public void acceptQueue(Histogram waitsNs) {
        listeners.forEach(listener -> listener.acceptQueue(waitsNs));
    }

    @Override
    public void draining() {
        listeners.forEach(RunListener::draining);
    }

    @Override
    public void ended(RunRecord record) {
        listeners.forEach(listener -> listener.ended(record));
    }
}
