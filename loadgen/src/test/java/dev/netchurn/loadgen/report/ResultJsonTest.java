package dev.netchurn.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.netchurn.loadgen.run.AssertionResult;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.RunResultFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Timeout(30)
class ResultJsonTest {

    private final ResultJson json = new ResultJson();

    static Stream<RunResult> results() {
        RunResultFixture bare = RunResultFixture.closedLoop();
        bare.census = null;
        bare.listenQueue = null;
        bare.activeCloser = null;
        bare.synRetransmits = null;
        bare.latency.clear();
        bare.counters.clear();
        bare.assertions = List.of(new AssertionResult("server.CLOSE_WAIT.final==0", null, false, "not observed"));
        return Stream.of(RunResultFixture.closedLoop().build(), RunResultFixture.openLoop().build(),
                RunResultFixture.troubled().build(), bare.build());
    }

    @ParameterizedTest
    @MethodSource("results")
    void writesWhatTheSchemaAllows(RunResult result) throws IOException {
        assertThat(schema().validate(json.text(result), InputFormat.JSON)).extracting(Error::toString).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("results")
    void readsBackWhatItWrote(RunResult result, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("result.json");
        json.write(result, file);
        RunResult read = json.read(file);
        assertThat(json.text(read)).isEqualTo(json.text(result));
        assertThat(read.ledger()).isEqualTo(result.ledger());
        assertThat(read.census()).isEqualTo(result.census());
        assertThat(read.latency()).isEqualTo(result.latency());
    }

    @Test
    void keepsTheOrderOfTheContract() {
        String text = json.text(RunResultFixture.closedLoop().build());
        assertThat(List.of("\"schemaVersion\"", "\"id\"", "\"verdict\"", "\"config\"", "\"environment\"", "\"ledger\"",
                "\"books\"",
                "\"activeCloser\"", "\"rate\"", "\"latency\"", "\"synRetransmits\"", "\"listenQueue\"", "\"cpu\"",
                "\"observer\"",
                "\"intervals\"", "\"assertions\"")).extracting(key -> text.indexOf("\n  " + key)).isSorted().doesNotContain(-1);
        assertThat(text).contains("\"final\" : 0").doesNotContain("atEnd");
    }

    @Test
    void schemaRefusesAKeyThatTheContractDoesNotName() throws IOException {
        String text = json.text(RunResultFixture.closedLoop().build()).replace("\"stillOpen\"", "\"stillopen\"");
        assertThat(schema().validate(text, InputFormat.JSON)).isNotEmpty();
    }

    @Test
    void schemaRefusesAStateThatDoesNotExist() throws IOException {
        String text = json.text(RunResultFixture.closedLoop().build()).replace("\"FIN_WAIT2\"", "\"FIN_WAIT_2\"");
        assertThat(schema().validate(text, InputFormat.JSON)).isNotEmpty();
    }

    @Test
    void leavesAStreamOpen() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        json.write(RunResultFixture.closedLoop().build(), stream);
        stream.write('x');
        assertThat(stream.toString(StandardCharsets.UTF_8)).startsWith("{").endsWith("}\nx");
    }

    @Test
    void leavesNoPartOfAFileBehind(@TempDir Path folder) throws IOException {
        json.write(RunResultFixture.closedLoop().build(), folder.resolve("result.json"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).extracting(path -> path.getFileName().toString()).containsExactly("result.json");
        }
    }

    @Test
    void writesThroughALinkInsteadOfReplacingIt(@TempDir Path folder) throws IOException {
        Path real = Files.createFile(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        json.write(RunResultFixture.closedLoop().build(), link);
        assertThat(link).isSymbolicLink();
        assertThat(real).content().startsWith("{");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"',
            textBlock = """
                    ''                                | is not JSON (line 1, column 1); give the folder
                    [1, 2                             | is not JSON (line 1, column 6); give the folder
                    [1, 2]                            | has no schemaVersion, so it is not a result of netchurn; give the folder
                    {"ledger": 3}                     | has no schemaVersion
                    {"schemaVersion": "one"}          | has no schemaVersion
                    {"schemaVersion": 2}              | has schema version 2, and this program reads version 1; use the netchurn
                    {"schemaVersion": 1}              | is not a run as this program writes it (see its id); use the netchurn that wrote it
                    """)
    void saysInOneSentenceWhyAFileIsNotAResult(String text, String sentence, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), text);
        assertThatThrownBy(() -> json.read(file)).isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + " ").hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /ledger                | ledger
            /ledger/started        | ledger.started
            /environment/kernel    | environment.kernel
            /intervals/0/phase     | intervals[0].phase
            /assertions            | assertions
            """)
    void saysWhatAnOlderShapeLacksAndWhoWroteIt(String lacking, String named, @TempDir Path folder) throws IOException {
        JsonPointer pointer = JsonPointer.compile(lacking);
        for (boolean isNull : List.of(false, true)) {
            ObjectNode tree = (ObjectNode) new JsonMapper().readTree(json.text(RunResultFixture.closedLoop().build()));
            ObjectNode parent = (ObjectNode) tree.at(pointer.head());
            String key = pointer.last().getMatchingProperty();
            assertThat(parent.remove(key)).isNotNull();
            if (isNull) {
                parent.putNull(key);
            }
            Path file = Files.writeString(folder.resolve("result.json"), tree.toString());
            assertThatThrownBy(() -> json.read(file)).isInstanceOf(IOException.class)
                    .hasMessageContaining("(see its " + named + "); use the netchurn that wrote it ("
                            + tree.at("/environment/netchurn").asString() + "), or repeat the run");
        }
    }

    @Test
    void readsWhatLacksOnlyThatWhichMayBeUnknown(@TempDir Path folder) throws IOException {
        ObjectNode tree = (ObjectNode) new JsonMapper().readTree(json.text(RunResultFixture.closedLoop().build()));
        tree.remove("closers");
        tree.put("comesLater", 1);
        Path file = Files.writeString(folder.resolve("result.json"), tree.toString());
        assertThat(json.read(file).closers()).isNull();
    }

    private static Schema schema() throws IOException {
        try (InputStream stream = ResultJson.class.getResourceAsStream(ResultJson.SCHEMA)) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(text, InputFormat.JSON);
        }
    }
}
