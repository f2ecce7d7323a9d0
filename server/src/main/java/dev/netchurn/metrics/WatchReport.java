package dev.netchurn.metrics;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.netchurn.kernel.KernelReading;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code watch} and {@code serve} tell another netchurn, at {@value #PATH} of their metrics endpoint.
 *
 * @param schemaVersion of this form
 * @param ports that are watched: local port among these = the server's side
 * @param reading of the network namespace; its times are of the clock of the machine that was read
 */
public record WatchReport(int schemaVersion, Set<Integer> ports, KernelReading reading) {

    /** The version that this code writes and reads. */
    public static final int SCHEMA_VERSION = 1;
    public static final String PATH = "/watch.json";
    /** The query that asks for a reading of now, within what a reading may cost. */
    public static final String NOW = "reading=now";
    /** The query that asks for a reading of now that walks the whole socket table, whatever it costs. */
    public static final String FULL_WALK = "walk=full";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            // A record is its components; what else it can tell, such as isSettled(), is not sent.
            .changeDefaultVisibility(checker -> checker.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    public WatchReport {
        ports = Set.copyOf(ports);
        if (schemaVersion != SCHEMA_VERSION) {
            throw new IllegalArgumentException(
                    "it speaks version " + schemaVersion + " of the watch format, this netchurn version " + SCHEMA_VERSION);
        }
    }

    /** One object, without a line break. */
    public String json() {
        return MAPPER.writeValueAsString(this);
    }

    /**
     * Reads what {@link #json()} wrote.
     *
     * @throws IllegalArgumentException with a sentence, when it is something else
     */
    public static WatchReport parse(String json) {
        try {
            return MAPPER.readValue(json, WatchReport.class);
        } catch (JacksonException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                throw new IllegalArgumentException(wrong.getMessage(), e);
            }
            throw new IllegalArgumentException("what it answers is no report of a watch", e);
        }
    }
}
