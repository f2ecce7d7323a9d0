package dev.netchurn.loadgen.worker;

import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a worker process is: the load or the target. After {@link #start} only the observer's thread calls it. */
sealed interface Role extends AutoCloseable permits LoadRole, TargetSide {

    /** Makes this role's code warm within that time, with connections of its own that leave nothing behind. */
    void warmUp(Duration atMost);

    /**
     * Opens the listeners, if this is the target.
     *
     * @param targets where the load is to go, of those in its plan; the target has its own
     * @return where the target listens; nothing for a load
     * @throws TargetUnreachable when a server program does not listen
     */
    List<Endpoint> listen(List<Endpoint> targets) throws InterruptedException;

    /** Begins at an instant of the monotonic clock. */
    void start(long startAtNs);

    /** What the load did since the previous call; null for a target. */
    @Nullable LoadReport load();

    /** The target's books; null for a load. */
    @Nullable ServerBooks books();

    /** CPU time that this side was charged so far, given the calls of a thread of this process. */
    default long cpuNs(Syscalls own) {
        return own.processCpuNs();
    }

    /** A sentence once this side cannot go on; null as long as it can. */
    default @Nullable String failure() {
        return null;
    }

    /** The kernel's numbers of the threads that must not be kept from their work; none for a target. */
    default Set<Integer> eventLoopThreads() {
        return Set.of();
    }

    /** Whether this side is in the middle of no connection. */
    boolean isIdle();

    /** Whether nothing more will be started. */
    boolean arrivalsDone();

    /** Starts no more connections. */
    void stopArrivals();

    /** Connections that the load sampled since it was asked last; none for a target. */
    List<EstablishedSample> takeEstablished();

    /** How long these connections waited to be accepted. */
    Message.AcceptsMatched matchAccepts(List<EstablishedSample> samples);

    /** Ends what is still open, so that the books that are read afterwards are final. */
    void closeAll();

    @Override
    void close();
}
