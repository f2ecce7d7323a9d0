package dev.netchurn.floor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whether the hand-written C programs compile without a warning, and count what they do. */
@Timeout(60)
class FloorIT {

    @TempDir
    Path folder;

    private int port;
    private Process target;

    @BeforeEach
    void buildAndStartTarget() throws Exception {
        assumeTrue(Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "cc"))),
                "no C compiler");
        Path script = Path.of(System.getProperty("netchurn.home"), "bench/floor/build.sh");
        assertThat(output(List.of(script.toString(), folder.toString()))).isEmpty();
        port = freePort();
        target = start(program("accept_loop", "-a", "127.0.0.1", "-x", "1:1"));
        while (output(program("churn_floor", "-a", "127.0.0.1", "-c", "1")).contains("failed=1")) {
            assertThat(target.isAlive()).isTrue();
        }
    }

    @AfterEach
    void stopTarget() {
        if (target != null) {
            target.destroyForcibly();
        }
    }

    @Test
    void epollLoopClosesEveryConnectionItMade() throws Exception {
        assertThat(output(program("churn_epoll", "-c", "640", "-f", "64", "-m", "rst")))
                .contains("program=churn_epoll connections=640 failed=0 seconds=", " rate=", " cpu_us_per_connection=");
    }

    @Test
    void epollLoopSendsARequestAndReadsItsAnswer() throws Exception {
        assertThat(output(program("churn_epoll", "-c", "640", "-f", "64", "-x", "1:1")))
                .contains("program=churn_epoll connections=640 failed=0 ");
        assertThat(output(program("churn_epoll", "-c", "8", "-f", "8", "-x", "1:2")))
                .as("an answer that is shorter than agreed").contains("connections=0 failed=8 ");
    }

    @Test
    void epollLoopKeepsToARate() throws Exception {
        String line = output(program("churn_epoll", "-s", "0.5", "-r", "400"));

        // The first starts at once and the last at most one interval before the end.
        assertThat(Integer.parseInt(line.replaceAll(".*connections=(\\d+) .*\\s*", "$1"))).isBetween(1, 202);
    }

    @Test
    void ringClosesEveryConnectionItMade() throws Exception {
        assertThat(output(program("churn_uring", "-c", "640", "-f", "64", "-m", "fin")))
                .contains("program=churn_uring connections=640 failed=0 seconds=");
    }

    @Test
    void programsRefuseWhatTheyCannotDo() throws Exception {
        assertThat(output(program("churn_floor", "-x", "1:1"))).contains("does not do an exchange");
        assertThat(output(program("churn_uring", "-r", "100"))).contains("does not do an open loop");
    }

    @Test
    void floorLearnsOfTheHandshakeFromASecondConnect() throws Exception {
        assertThat(output(program("churn_floor", "-c", "500", "-m", "fin")))
                .contains("program=churn_floor connections=500 failed=0 seconds=");
    }

    @Test
    void targetAcceptsAndClosesAllOfThem() throws Exception {
        output(program("churn_floor", "-c", "99"));
        target.toHandle().destroy(); // Process.destroy() would close the pipe that the answer comes through

        assertThat(new String(target.getInputStream().readAllBytes())).contains("accepted=100 closed=",
                "cpu_us_per_connection=");
    }

    @Test
    void clientsCountConnectionsThatWereRefused() throws Exception {
        target.destroy();
        assertThat(target.waitFor(10, TimeUnit.SECONDS)).isTrue();

        assertThat(output(program("churn_epoll", "-c", "8", "-f", "8"))).contains("connections=0 failed=8 ");
        assertThat(output(program("churn_floor", "-c", "8"))).contains("connections=0 failed=8 ");
    }

    private List<String> program(String name, String... arguments) {
        Stream<String> start = Stream.of(folder.resolve(name).toString(), "-p", Integer.toString(port));
        return Stream.concat(start, Stream.of(arguments)).toList();
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(List<String> command) throws IOException {
        return new String(start(command).getInputStream().readAllBytes());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
