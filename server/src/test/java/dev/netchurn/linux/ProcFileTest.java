package dev.netchurn.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class ProcFileTest {

    @Test
    void readsASettingWhole() throws IOException {
        assertThat(ProcFile.readOnce(Path.of("/proc/sys/net/ipv4/tcp_fin_timeout"))).matches("\\d+\\n");
    }

    @Test
    void readsWhatIsThereNowEachTime(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("file");
        Files.writeString(path, "before");
        try (ProcFile file = new ProcFile(path)) {
            assertThat(file.read()).isEqualTo("before");
            Files.writeString(path, "now");
            assertThat(file.read()).isEqualTo("now");
        }
    }

    @Test
    void readsAnEmptyFileAsNothing(@TempDir Path folder) throws IOException {
        Path path = Files.createFile(folder.resolve("file"));

        assertThat(ProcFile.readOnce(path)).isEmpty();
    }

    @Test
    void refusesAFileThatItWouldHaveToCut(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("file");
        Files.write(path, new byte[64 * 1024]);

        assertThatThrownBy(() -> ProcFile.readOnce(path)).isInstanceOf(IOException.class).hasMessageContaining("larger than");
    }
}
