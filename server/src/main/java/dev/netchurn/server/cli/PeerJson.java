package dev.netchurn.server.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Writes what is left towards upstreams as one line of JSON. Pure. */
final class PeerJson {

    private final JsonMapper mapper = JsonMapper.builder().build();

    /** One object, without a line break. */
    String of(PeerSample sample) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("schemaVersion", 1);
        line.put("at", sample.at().toString());
        line.put("sinceStartNs", sample.sinceStartNs());
        line.put("localPortRange", List.of(sample.ports().low(), sample.ports().high()));
        line.put("reservedPorts", sample.ports().reserved());
        line.put("timeWaitReuse", sample.ports().timeWaitReuse());
        line.put("peers", sample.rows().stream().map(PeerJson::row).toList());
        line.put("costNs", sample.costNs());
        return mapper.writeValueAsString(line);
    }

    private static Map<String, Object> row(PeerSample.Row row) {
        Map<String, Object> peer = new LinkedHashMap<>();
        peer.put("destination", row.destination().text());
        peer.put("sockets", row.usage().sockets());
        peer.put("portsInUse", row.usage().portsInUse());
        peer.put("portsInTimeWaitOnly", row.usage().portsInTimeWaitOnly());
        peer.put("portsLeft", row.usage().portsLeft());
        peer.put("growthPerSecond", row.forecast().growthPerSecond());
        peer.put("secondsLeft", row.forecast().secondsLeft());
        peer.put("levelsOffAt", row.forecast().level());
        return peer;
    }
}
