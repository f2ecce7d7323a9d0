package dev.netchurn.server.cli;

import dev.netchurn.kernel.LocalPorts;
import dev.netchurn.kernel.PeerUsage;
import java.time.Instant;
import java.util.List;

/**
 * What one interval of a watch of upstreams saw.
 *
 * @param at wall time, for display only
 * @param sinceStartNs since the watch began
 * @param ports that connect() chooses from
 * @param rows one per destination
 * @param costNs CPU time that taking it used
 */
record PeerSample(Instant at, long sinceStartNs, LocalPorts ports, List<Row> rows, long costNs) {

    PeerSample {
        rows = List.copyOf(rows);
    }

    /** One destination: an address and a port there. */
    record Row(Peer destination, PeerUsage usage, PortsForecast forecast) {
    }
}
