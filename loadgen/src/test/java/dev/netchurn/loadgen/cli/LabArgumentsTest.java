package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.lab.Catalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class LabArgumentsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void listNamesEveryPhenomenonWithItsClaim() {
        assertThat(run("lab", "list")).isZero();
        assertThat(out.toString().lines()).contains(Catalogue.standard().all().stream()
                .map(phenomenon -> phenomenon.name()).toArray(String[]::new));
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tree-way-handshake   | there is no phenomenon 'tree-way-handshake'; did you mean three-way-handshake?
            quic                 | there is no phenomenon 'quic'; 'netchurn lab list' names them all
            """)
    void anUnknownNameIsRefusedWithWhatWasMeant(String name, String sentence) {
        assertThat(run("lab", "run", name)).isEqualTo(2);
        assertThat(err.toString()).contains(sentence);
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    @Test
    void runNeedsAName() {
        assertThat(run("lab", "run")).isEqualTo(2);
        assertThat(err.toString()).contains("NAME");
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedBeforeAnythingStarts(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(run("lab", "run", "three-way-handshake", "--json", file.resolve("lab.json").toString())).isEqualTo(3);
        assertThat(err.toString()).contains("cannot be written; choose another with --json");
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    private int run(String... words) {
        return NetchurnCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(List.of(words).toArray(String[]::new));
    }
}
