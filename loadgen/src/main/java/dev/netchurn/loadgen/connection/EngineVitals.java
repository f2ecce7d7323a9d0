package dev.netchurn.loadgen.connection;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.linux.ThisProcess;
import org.jspecify.annotations.Nullable;

/** What pacing and snapshots ask of an engine whatever its kind. Owned by the thread of the event loop. */
public final class EngineVitals {

    final InFlight inFlight;

    private final NanoClock clock;
    private final Syscalls syscalls;
    private long answered;
    private long shortages;
    private long faults;
    private @Nullable Throwable firstFault;

    EngineVitals(NanoClock clock, Syscalls syscalls) {
        this.clock = clock;
        this.syscalls = syscalls;
        this.inFlight = new InFlight(clock.nanoTime());
    }

    /** Connections in flight. */
    public int inFlight() {
        return inFlight.count();
    }

    /** Connections in flight × nanoseconds since the beginning. */
    public double inFlightIntegral() {
        return inFlight.integral(clock.nanoTime());
    }

    /** The most in flight since the previous call. */
    public int takeMostInFlight() {
        return inFlight.takeMost();
    }

    /** Attempts that the network answered so far, be it with a refusal. */
    public long answers() {
        return answered;
    }

    /** Attempts so far for which this machine lacked a port, a descriptor or memory: trying again at once would only spin. */
    public long shortages() {
        return shortages;
    }

    /** Faults of our own that were caught in a connection. */
    public long faults() {
        return faults;
    }

    /** The first of them, to say what it was. */
    public @Nullable Throwable firstFault() {
        return firstFault;
    }

    /** Asks the kernel to wake this thread when it is due and not up to 50 µs later, as it does to save power. */
    public void askForExactWakeups() {
        // Where it is refused, arrivals are that much later, which the wait latency shows.
        ThisProcess.setTimerSlack(1);
    }

    /** CPU time of this thread. */
    public long threadCpuNs() {
        return syscalls.threadCpuNs();
    }

    void answered() {
        answered++;
    }

    void failed(Outcome outcome) {
        if (outcome.isLocalShortage()) {
            shortages++;
        } else {
            answered++;
        }
    }

    void fault(Throwable fault) {
        faults++;
        if (firstFault == null) {
            firstFault = fault;
        }
    }
}
