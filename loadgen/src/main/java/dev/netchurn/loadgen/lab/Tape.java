package dev.netchurn.loadgen.lab;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that happened in a scene, on one clock that begins when the tape does. Until then nothing is kept. Safe to use
 * from any thread.
 */
final class Tape {

    private final NanoClock clock;
    private final SequenceNumbers numbers = new SequenceNumbers();
    private final List<SegmentTrace> segments = new ArrayList<>();
    private final List<StateChange> states = new ArrayList<>();
    private final List<NotedCall> calls = new ArrayList<>();
    private boolean running;
    private long originNs;

    /** A call, and who knows its connection by the end. */
    private record NotedCall(Call call, IntSupplier clientPort) {

        Call finished() {
            int port = clientPort.getAsInt();
            return new Call(call.atNs(), call.tookNs(), call.side(), port == 0 ? null : port, call.call(), call.result());
        }
    }

    Tape(NanoClock clock) {
        this.clock = clock;
    }

    synchronized void begin() {
        running = true;
        originNs = clock.nanoTime();
    }

    /** Now, from the beginning. */
    synchronized long nowNs() {
        return clock.nanoTime() - originNs;
    }

    /** An instant of the machine's monotonic clock, from the beginning. */
    synchronized long sinceBeginNs(long machineNs) {
        return machineNs - originNs;
    }

    synchronized SegmentTrace captured(Side from, TcpFrame frame, long machineNs) {
        int clientPort = from == Side.CLIENT ? frame.sourcePort() : frame.destinationPort();
        int serverPort = from == Side.CLIENT ? frame.destinationPort() : frame.sourcePort();
        SegmentTrace trace = new SegmentTrace(
                from, frame, numbers.next(clientPort << 16 | serverPort, from, frame), machineNs - originNs);
        // The rehearsal's last segments may be read after the beginning: its sockets are gone before a capture has caught up.
        if (running && serverPort != Scene.REHEARSAL_PORT) {
            segments.add(trace);
        }
        return trace;
    }

    synchronized void state(Side side, @Nullable Integer clientPort, int serverPort, String state) {
        if (running) {
            states.add(new StateChange(nowNs(), side.text(), clientPort, serverPort, state));
        }
    }

    /** Notes a call whose connection, that is the client's port, may become known only later; 0 means none. */
    synchronized void call(long atNs, Side side, IntSupplier clientPort, String call, String result) {
        if (running) {
            calls.add(new NotedCall(new Call(atNs, nowNs() - atNs, side.text(), null, call, result), clientPort));
        }
    }

    /** All segments so far, in the order they were sent. */
    synchronized List<SegmentTrace> segments() {
        return segments.stream().sorted(Comparator.comparingLong(SegmentTrace::atNs)).toList();
    }

    synchronized List<StateChange> states() {
        return List.copyOf(states);
    }

    synchronized List<Call> calls() {
        return calls.stream().map(NotedCall::finished).sorted(Comparator.comparingLong(Call::atNs)).toList();
    }
}
