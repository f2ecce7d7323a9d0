package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.source.SourcePlan;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where connections leave from, as asked for.
 *
 * @param addresses given by the user; empty = auto
 * @param lowPort of IP_LOCAL_PORT_RANGE, 0 for none
 * @param highPort of IP_LOCAL_PORT_RANGE, 0 for none
 * @param bind given by the user; null = auto
 */
public record SourceRequest(List<InetAddress> addresses, int lowPort, int highPort, SourcePlan.@Nullable Bind bind) {

    public SourceRequest {
        addresses = List.copyOf(addresses);
    }
}
