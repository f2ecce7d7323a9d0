package dev.netchurn.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProcessTreeIT {

    @Test
    void countsTheTimeOfChildrenThatRunAndOfThoseThatHaveEnded() throws IOException {
        String busy = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        Process shell = new ProcessBuilder("sh", "-c", "(" + busy + "); (" + busy + "; echo done; sleep 60) & wait").start();
        try {
            shell.inputReader().readLine();
            ProcessTree tree = new ProcessTree(shell.pid());
            long alone = new ProcessTree(shell.descendants().findFirst().orElseThrow().pid()).cpuNs();

            assertThat(tree.pids()).contains(shell.pid()).hasSizeGreaterThanOrEqualTo(2);
            assertThat(tree.hasRunningDescendant()).isTrue();
            assertThat(alone).isPositive();
            assertThat(tree.cpuNs()).isGreaterThan(alone);
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }

    @Test
    void isEmptyOnceTheRootIsGone() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();

        assertThat(new ProcessTree(ended.pid()).pids()).isEmpty();
        assertThat(new ProcessTree(ended.pid()).cpuNs()).isZero();
    }
}
