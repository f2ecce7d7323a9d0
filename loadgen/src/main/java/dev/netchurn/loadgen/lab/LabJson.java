package dev.netchurn.loadgen.lab;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results of the lab as JSON: a line between processes, a file for others. Safe to use from any thread. */
public final class LabJson {

    /** Where the JSON Schema of the file lies on the class path. */
    public static final String SCHEMA = "/dev/netchurn/lab.schema.json";

    private final JsonMapper mapper = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** One line without its end. */
    public String line(LabResult result) {
        return mapper.writeValueAsString(result);
    }

    /** Reads what {@link #line} wrote. */
    public LabResult result(String line) {
        return mapper.readValue(line, LabResult.class);
    }

    /** A whole file, indented, with a line feed at the end. */
    public String file(LabResults results) {
        return mapper.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(results) + "\n";
    }

    /** Reads a file that may be another's; empty when it is not one of the lab's. */
    public Optional<LabResults> ifResults(String text) {
        try {
            return Optional.of(results(text)).filter(read -> read.schemaVersion() == LabResults.SCHEMA_VERSION);
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /** Reads what {@link #file} wrote. */
    public LabResults results(String text) {
        return mapper.readValue(text, LabResults.class);
    }
}
