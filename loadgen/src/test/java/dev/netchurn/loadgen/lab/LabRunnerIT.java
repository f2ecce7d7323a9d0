package dev.netchurn.loadgen.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.netchurn.loadgen.namespace.ProcessPlacement;
import dev.netchurn.privatenet.Unshare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the controller makes of children that do not do what they should. */
@Timeout(60)
class LabRunnerIT {

    private static final Phenomenon SHORT = new Phenomenon("short", "Short", "It is short.", Stage.wire(), _ -> {});
    private static final Phenomenon LONG = new Phenomenon(
            "long", "Long", "It is long.", Stage.wire().lasting(Duration.ofSeconds(30)), _ -> {});

    @TempDir
    Path folder;

    @BeforeEach
    void needNamespaces() {
        Unshare unshare = Unshare.ofThisMachine();
        assumeTrue(unshare.refusal().isEmpty(), () -> "no namespaces: " + unshare.refusal().orElse(""));
    }

    @Test
    void aChildWithoutAResultIsAFailureThatTellsWhatTheChildSaid() throws Exception {
        LabResult result = play("echo boom >&2; exit 1", SHORT).getFirst();

        assertThat(result.passed()).isFalse();
        assertThat(result.observed()).containsExactly("the scene: its process ended without a result: boom");
    }

    @Test
    void namespacesThatAreForbiddenEndEverything() {
        assertThatThrownBy(() -> play("echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1", SHORT))
                .isInstanceOf(LabRefused.class)
                .hasMessageContaining("this machine does not allow a private network namespace");
    }

    @Test
    void longOnesAreToldLastWhateverTheOrderAskedFor() throws Exception {
        List<LabResult> results = play("exit 1", LONG, SHORT);

        assertThat(results).extracting(LabResult::name).containsExactly("short", "long");
    }

    @Test
    void aFailureWhileTheMachineWasHeldUpIsPlayedAgain() throws Exception {
        assertThat(playing(failure(50_000_000)).plays()).isEqualTo(3);
        assertThat(playing(failure(1_000_000)).plays()).as("no excuse").isEqualTo(1);
    }

    private LabResult playing(LabResult result) throws Exception {
        Path line = Files.writeString(folder.resolve("result"), new LabJson().line(result));
        return play("cat " + line, SHORT).getFirst();
    }

    private static LabResult failure(long heldUpNs) {
        return LabResult.of(SHORT, 1, heldUpNs, List.of(new Check("it", "1", "2", false)), List.of(), 0, List.of(), List.of());
    }

    private static List<LabResult> play(String child, Phenomenon... phenomena)
            throws LabRefused, InterruptedException, IOException {
        List<LabResult> heard = new ArrayList<>();
        boolean privileged = !Unshare.ofThisMachine().command().contains("--user");
        List<LabResult> results = new LabRunner(new ProcessPlacement(privileged), List.of("sh", "-c", child), 2)
                .play(List.of(phenomena), heard::add);
        assertThat(heard).isEqualTo(results);
        return results;
    }
}
