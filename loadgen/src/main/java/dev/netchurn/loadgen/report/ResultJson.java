package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes and reads result.json. Safe to use from any thread. */
public final class ResultJson {

    /** Where the JSON Schema of result.json lies on the class path. */
    public static final String SCHEMA = "/dev/netchurn/result.schema.json";

    private static final String WHAT_IS_READ = "give the folder or the result.json of a run, or the file of a lab's --json";

    private final JsonMapper mapper = JsonMapper.builder()
            .annotationIntrospector(new ObservedComponents())
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /** The result as indented JSON, keys in the order of the contract, with a line feed at the end. */
    public String text(RunResult result) {
        return mapper.writeValueAsString(result) + "\n";
    }

    /**
     * Writes a whole file or none: a reader never sees half a result. A path that is not an ordinary file, such as
     * {@code /dev/stdout} or a pipe, is written to as it is.
     *
     * @throws IOException when the file cannot be written, for one because the disk is full
     */
    public void write(RunResult result, Path file) throws IOException {
        String text = text(result);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.writeString(file, text);
            return;
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * Writes to a stream, which stays open.
     *
     * @throws IOException when the stream cannot be written to
     */
    public void write(RunResult result, OutputStream stream) throws IOException {
        stream.write(text(result).getBytes(StandardCharsets.UTF_8));
        stream.flush();
    }

    /**
     * Reads a result.
     *
     * @throws IOException with a sentence for the user when the file cannot be read or is not a result of this version
     */
    public RunResult read(Path file) throws IOException {
        JsonNode tree = tree(file);
        JsonNode version = tree.path("schemaVersion");
        if (!version.isIntegralNumber()) {
            throw new IOException(file + " has no schemaVersion, so it is not a result of netchurn; " + WHAT_IS_READ);
        }
        if (version.asInt(0) != RunResult.SCHEMA_VERSION) {
            throw new IOException(file + " has schema version " + version + ", and this program reads version "
                    + RunResult.SCHEMA_VERSION + "; use the netchurn that wrote it" + writer(tree));
        }
        try {
            return mapper.treeToValue(tree, RunResult.class);
        } catch (JacksonException cause) {
            throw new IOException(file + " is not a run as this program writes it (see its " + place(cause)
                    + "); use the netchurn that wrote it" + writer(tree) + ", or repeat the run", cause);
        }
    }

    private JsonNode tree(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return mapper.readTree(stream);
        } catch (StreamReadException cause) {
            TokenStreamLocation where = cause.getLocation();
            throw new IOException(file + " is not JSON (line " + where.getLineNr() + ", column " + where.getColumnNr() + "); "
                    + WHAT_IS_READ, cause);
        }
    }

    private static String writer(JsonNode tree) {
        String version = tree.path("environment").path("netchurn").asString("");
        return version.isEmpty() ? "" : " (" + version + ")";
    }

    private static String place(JacksonException cause) {
        String place = cause.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName())
                .collect(Collectors.joining());
        return place.startsWith(".") ? place.substring(1) : "beginning";
    }
}
