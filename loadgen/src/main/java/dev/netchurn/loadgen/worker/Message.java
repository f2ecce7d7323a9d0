package dev.netchurn.loadgen.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.transport.Endpoint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a worker tells the controller: one line of JSON on its standard output each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "message")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Message.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = Message.NamespaceReady.class, name = "namespaceReady"),
    @JsonSubTypes.Type(value = Message.Warm.class, name = "warm"),
    @JsonSubTypes.Type(value = Message.Ready.class, name = "ready"),
    @JsonSubTypes.Type(value = Message.Interval.class, name = "interval"),
    @JsonSubTypes.Type(value = Message.AcceptsMatched.class, name = "acceptsMatched"),
    @JsonSubTypes.Type(value = Message.ArrivalsDone.class, name = "arrivalsDone"),
    @JsonSubTypes.Type(value = Message.Walked.class, name = "walked"),
    @JsonSubTypes.Type(value = Message.Finished.class, name = "finished"),
    @JsonSubTypes.Type(value = Message.Failed.class, name = "failed")
})
public sealed interface Message {

    /** The version of this protocol; both ends must have the same. */
    int PROTOCOL = 3;

    /** The worker is up. */
    record Hello(int protocol, long pid) implements Message {
    }

    /**
     * The namespace is prepared.
     *
     * @param skipped base settings that it did not take, with the reason
     * @param sysctls those recorded in results, read back
     */
    record NamespaceReady(List<String> skipped, Map<String, String> sysctls) implements Message {
    }

    /** The code of this role has run often enough to be compiled; no socket of that is left. */
    record Warm() implements Message {
    }

    /**
     * Nothing is missing any more.
     *
     * @param sysctls those recorded in results, read back
     * @param descriptorLimit of the worker
     * @param listening where the target listens; empty for a load
     */
    record Ready(Map<String, String> sysctls, long descriptorLimit, List<Endpoint> listening) implements Message {
        public Ready {
            listening = List.copyOf(listening);
        }
    }

    /**
     * One interval.
     *
     * @param tick which instant of {@link Ticks} it belongs to
     * @param atNs when it ended, on the machine's monotonic clock
     * @param reading of the kernel, when this worker observes
     * @param load of the load worker
     * @param books of the target
     * @param cpuNs CPU time that this side was charged so far: this process, or the server program that it started
     * @param observerNs CPU time that taking snapshots used so far
     * @param queueDepth messages that were waiting to be written
     */
    record Interval(
            int tick,
            long atNs,
            @Nullable KernelReading reading,
            @Nullable LoadReport load,
            @Nullable ServerBooks books,
            long cpuNs,
            long observerNs,
            int queueDepth) implements Message {
    }

    /**
     * Answer to {@link Command.MatchAccepts}. A connection in neither list can no longer be told.
     *
     * @param waitsNs between the client's establishment and accept(), at least 1
     * @param notYet still to be accepted, so to be asked again
     */
    record AcceptsMatched(
            List<Long> waitsNs,
            @SampleBatch.Packed List<EstablishedSample> notYet) implements Message {
    }

    /** The last arrival was started, and nothing more will be. */
    record ArrivalsDone(long atNs) implements Message {
    }

    /**
     * Answer to {@link Command.Walk}.
     *
     * @param atNs when, on the machine's monotonic clock
     * @param reading of the kernel, when this worker observes
     * @param idle whether this side is in the middle of no connection
     * @param books of the target
     * @param cpuNs CPU time that this process was charged so far
     * @param established connections that the load sampled since its last report
     */
    record Walked(
            long atNs,
            @Nullable KernelReading reading,
            boolean idle,
            @Nullable ServerBooks books,
            long cpuNs,
            @SampleBatch.Packed List<EstablishedSample> established) implements Message {
    }

    /** Everything is closed; the exact books. */
    record Finished(@Nullable LoadReport load, @Nullable ServerBooks books, long cpuNs) implements Message {
    }

    /**
     * The worker cannot go on.
     *
     * @param sentence for the user
     * @param cause what kind of failure it is
     */
    record Failed(String sentence, Cause cause) implements Message {
    }

    /** What kind of failure stopped a worker. */
    enum Cause {
        /** The environment lacks or refuses something: exit code 3. */
        ENVIRONMENT,
        /** The target does not listen where connections would go: exit code 4. */
        UNREACHABLE,
        /** A fault of netchurn's own: exit code 1. */
        INTERNAL
    }
}
