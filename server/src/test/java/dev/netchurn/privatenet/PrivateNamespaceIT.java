package dev.netchurn.privatenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

@Timeout(60)
class PrivateNamespaceIT {

    @Test
    @InPrivateNamespace
    void givesATestANamespaceOfItsOwnWithLoopbackUp() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                Socket client = new Socket(loopback, server.getLocalPort())) {
            assertThat(client.isConnected()).isTrue();
        }
        assertThat(Files.readAllLines(Path.of("/proc/thread-self/net/dev"))).filteredOn(line -> line.contains("eth")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @InPrivateNamespace
    void runsOneInvocationOfAParameterizedTest(int value) {
        assertThat(value).isBetween(1, 2);
        assertThat(NamespaceChild.isThisJvm()).isTrue();
    }

    @Test
    void bringsMessageAndStackTraceOfAFailureBack() {
        ChildReport report = ChildReport.failed(new IllegalStateException("what went wrong", new IOException("the cause")));

        assertThatThrownBy(report::rethrow)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("what went wrong")
                .hasMessageContaining("the cause")
                .satisfies(failure -> assertThat(failure.getStackTrace()[0].getMethodName()).startsWith("brings"));
    }

    @Test
    void turnsAnAssumptionThatFailedIntoASkippedTest() {
        assertThatThrownBy(ChildReport.aborted("no nft here")::rethrow)
                .isInstanceOf(TestAbortedException.class)
                .hasMessage("no nft here");
    }

    @Test
    void reportsATestThatTheChildCannotFind() throws Exception {
        String id = "[engine:junit-jupiter]/[class:dev.netchurn.privatenet.PrivateNamespaceIT]/[method:missing()]";

        ChildReport report = NamespaceLauncher.run(id, 30, false);

        assertThat(report.ending()).isIn(ChildReport.Ending.FAILED, ChildReport.Ending.ABORTED);
    }

    @Test
    void killsAChildThatDoesNotEnd() throws Exception {
        String id = "[engine:junit-jupiter]/[class:" + NeverEnding.class.getName() + "]/[method:sleeps()]";

        ChildReport report = NamespaceLauncher.run(id, 3, false);

        assertThat(report.ending()).isIn(ChildReport.Ending.FAILED, ChildReport.Ending.ABORTED);
        assertThat(report.message()).contains("killed after 3 s");
    }
}
