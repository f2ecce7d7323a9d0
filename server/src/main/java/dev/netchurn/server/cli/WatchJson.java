package dev.netchurn.server.cli;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Writes a sample as one line of JSON. Pure. */
final class WatchJson {

    private final JsonMapper mapper = JsonMapper.builder().build();

    /** One object, without a line break. */
    String of(WatchSample sample) {
        KernelReading reading = sample.reading();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("schemaVersion", 1);
        line.put("at", sample.at().toString());
        line.put("sinceStartNs", sample.sinceStartNs());
        line.put("walked", reading.walked());
        line.put("walkAgeNs", reading.walkAgeNs());
        line.put("timeWaitFromSockstat", reading.timeWaitFromSockstat());
        Map<String, Object> census = new LinkedHashMap<>();
        for (Side side : Side.values()) {
            census.put(side.text(), reading.side(side).sockets());
        }
        line.put("census", census);
        SocketCensus server = reading.side(Side.SERVER);
        line.put("unacceptedCloseWait", server.unacceptedCloseWait());
        line.put("listenQueues", new TreeMap<>(sample.listenQueues()));
        line.put("counters", sample.moved().values());
        line.put("costNs", reading.costNs());
        return mapper.writeValueAsString(line);
    }
}
