package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code netchurn report} cannot render gets one sentence, exit code 3, and no page. */
@Timeout(30)
class ReportCommandTest {

    @TempDir
    Path folder;

    private final StringWriter errors = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            \u00ffPK                       | is not JSON (line 1,
            {"results": []}             | has no schemaVersion, so it is not a result of netchurn
            {"schemaVersion": 7}        | has schema version 7, and this program reads version 1
            {"schemaVersion": 1}        | is not a run as this program writes it (see its id)
            """)
    void refusesAForeignFile(String text, String sentence) throws IOException {
        Path file = Files.write(folder.resolve("result.json"), text.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(report(file)).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(errors.toString().lines()).singleElement().asString()
                .startsWith("netchurn: " + file + " ").contains(sentence).doesNotContain("jackson", "Exception");
        assertThat(folder.resolve("report.html")).doesNotExist();
    }

    @Test
    void saysWhereItLookedInVain() {
        assertThat(report(folder)).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(errors.toString()).isEqualTo(
                "netchurn: " + folder + " holds no finished run: " + folder.resolve("result.json") + " is missing\n");
    }

    private int report(Path path) {
        return NetchurnCommand.commandLine().setErr(new PrintWriter(errors, true)).execute("report", path.toString());
    }
}
