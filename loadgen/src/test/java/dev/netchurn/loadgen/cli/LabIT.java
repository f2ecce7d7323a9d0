package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.netchurn.loadgen.lab.Catalogue;
import dev.netchurn.loadgen.lab.LabJson;
import dev.netchurn.loadgen.lab.LabRefused;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.LabResults;
import dev.netchurn.loadgen.lab.LabRunner;
import dev.netchurn.loadgen.namespace.ProcessPlacement;
import dev.netchurn.loadgen.run.HostFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every phenomenon of the catalogue is a test: the kernel under us does what it claims. */
class LabIT {

    @TempDir
    Path folder;

    @TestFactory
    @Timeout(360)
    Stream<DynamicTest> everyPhenomenonIsSeen() throws InterruptedException {
        List<LabResult> results;
        try {
            HostFacts host = HostFacts.read();
            results = new LabRunner(new ProcessPlacement(host.root()), LabMain.words(), host.cpus())
                    .play(Catalogue.standard().all(), _ -> {});
        } catch (LabRefused refused) {
            return abort(refused.getMessage());
        }
        return results.stream().map(result -> DynamicTest.dynamicTest(result.name(), () -> assertSeen(result)));
    }

    private static void assertSeen(LabResult result) {
        assumeTrue(result.skipped() == null, () -> "skipped: " + result.skipped());
        assertThat(result.checks()).isNotEmpty().allSatisfy(check -> assertThat(check.passed()).as(check.toString()).isTrue());
        assertThat(result.passed()).isTrue();
    }

    @Test
    @Timeout(60)
    void writesJsonThatItsSchemaAllowsAndNothingElse() throws IOException, InterruptedException {
        Netchurn netchurn = new Netchurn(folder);
        Netchurn.Ended ended = netchurn.await(netchurn.start(List.of("lab", "run", "three-way-handshake", "--json", "-")));
        assumeTrue(ended.exitCode() != 3, ended.errors());

        assertThat(ended.exitCode()).as(ended.output() + ended.errors()).isZero();
        assertThat(schema().validate(ended.output(), InputFormat.JSON)).extracting(Error::toString).isEmpty();
        LabResults results = new LabJson().results(ended.output());
        assertThat(results.results()).extracting(LabResult::name).containsExactly("three-way-handshake");
        assertThat(results.results().getFirst().segments()).hasSize(3);
    }

    private static Schema schema() throws IOException {
        try (InputStream stream = LabJson.class.getResourceAsStream(LabJson.SCHEMA)) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(
                    new String(stream.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
        }
    }
}
