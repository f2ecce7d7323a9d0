package dev.netchurn.loadgen.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.netchurn.kernel.TcpState;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which states the sockets of each side piled up in.
 *
 * @param client states that had a socket at any sample; null when this side was not observed
 * @param server likewise
 * @param samples how many readings the peaks come from
 * @param timeWaitStillGrowing whether TIME_WAIT had not reached its steady level when the run ended; null when not known
 */
public record CensusSummary(
        @Nullable Map<TcpState, StateCount> client,
        @Nullable Map<TcpState, StateCount> server,
        long samples,
        @Nullable Boolean timeWaitStillGrowing) {

    /**
     * Sockets in one state.
     *
     * @param peak the highest of the samples
     * @param atEnd the value after the drain, before the target stopped; null when there was no last walk
     * @param unaccepted of CLOSE_WAIT at the server, at the end: never accepted by the server; null and left out elsewhere
     */
    public record StateCount(
            long peak,
            @JsonProperty("final") @Nullable Long atEnd,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long unaccepted) {
    }

    public CensusSummary {
        client = copy(client);
        server = copy(server);
    }

    private static @Nullable Map<TcpState, StateCount> copy(@Nullable Map<TcpState, StateCount> counts) {
        if (counts == null) {
            return null;
        }
        EnumMap<TcpState, StateCount> copy = new EnumMap<>(TcpState.class);
        copy.putAll(counts);
        return Collections.unmodifiableMap(copy);
    }
}
