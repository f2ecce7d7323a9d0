package dev.netchurn.loadgen.cli;

import static dev.netchurn.loadgen.cli.KilledControllerIT.signal;
import static dev.netchurn.loadgen.cli.KilledControllerIT.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.privatenet.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Server programs that are started inside the server's namespace, watched, and stopped. */
@Timeout(120)
class ServerProgramIT {

    private static final String LEAKING = String.join(" ", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", testClasses(), LeakingServer.class.getName());

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @Test
    void nginxUnderAChangedSysctlClosesAfterTheClientAndIsStopped() throws IOException {

        Netchurn.Ended ended = netchurn.run("--target-command", nginx("8080 backlog=100"), "--target-port", "8080",
                "--sysctl", "server:net.core.somaxconn=7", "--connections", "300", "--concurrency", "4", "--target-addresses",
                "1", "--assert", "failed==0", "--assert", "server.CLOSE_WAIT.final==0");

        assertThat(ended.errors()).doesNotContain("rror");
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(ended.number("/ledger/closed")).isEqualTo(300);
        assertThat(ended.result().at("/books/agree").asBoolean()).isTrue();
        assertThat(ended.number("/books/passiveOpens")).isEqualTo(300);
        assertThat(ended.result().at("/books/accepted").isNull()).isTrue();
        assertThat(ended.number("/listenQueue/limit")).isEqualTo(7);
        assertThat(ended.number("/activeCloser/client")).isEqualTo(300);
        assertThat(ended.number("/census/client/TIME_WAIT/final")).isBetween(250L, 300L);
        assertThat(ended.number("/counters/server/TcpExtTW")).isZero();
        assertThat(ended.result().at("/cpu/serverNsPerConnection").isNumber()).isTrue();
        assertThat(ended.output()).containsIgnoringWhitespaces("the server's own count of what it accepted is not known");
        assertThat(folder.resolve("out/target.log")).exists();
        assertNothingLeft(folder.toString());
    }

    @Test
    void aLeakFailsItsAssertionAndAServerInTheBackgroundThatIgnoresTermIsKilled() throws IOException {
        Netchurn.Ended ended = netchurn.run("--topology", "loopback", "--target-command",
                "trap '' TERM; echo begins; setsid " + LEAKING + " 127.0.0.1 8080 " + folder + " &", "--target-port", "8080",
                "--connections", "50", "--concurrency", "2", "--close", "fin", "--assert", "server.CLOSE_WAIT.final==0");

        assertThat(ended.exitCode()).as(ended.output() + ended.errors()).isEqualTo(99);
        assertThat(ended.number("/census/server/CLOSE_WAIT/final")).isEqualTo(50);
        assertThat(ended.number("/census/server/CLOSE_WAIT/unaccepted")).isZero();
        assertThat(ended.result().at("/assertions/0/passed").asBoolean(true)).isFalse();
        assertThat(folder.resolve("out/target.log")).content().startsWith("begins");
        assertNothingLeft(folder.toString());
    }

    @Test
    void aServerThatEndsAtOnceIsToldWithItsLastWords() {
        Netchurn.Ended broken =
                netchurn.run("--target-command", "echo cannot find my files >&2; exit 7", "--target-port", "80");
        assertThat(broken.exitCode()).isEqualTo(4);
        assertThat(broken.errors()).contains("ended with exit code 7 before it listened on port 80")
                .contains("cannot find my files");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aServerThatListensElsewhereIsToldInOneError() throws IOException {
        Netchurn.Ended elsewhere =
                netchurn.run("--target-command", nginx("8081"), "--target-port", "8080", "--target-start-timeout", "2s");
        assertThat(elsewhere.exitCode()).isEqualTo(4);
        assertThat(elsewhere.errors()).contains("did not listen on port 8080 within 2.0 s, it listens on [8081]");

        Netchurn.Ended unreachable = netchurn.run("--target-command", nginx("127.0.0.1:8080"), "--target-port", "8080");
        assertThat(unreachable.exitCode()).isEqualTo(4);
        assertThat(unreachable.errors()).contains("listens on port 8080, but not on 10.77.1.1");

        assertThat(folder.resolve("out")).doesNotExist();
        assertNothingLeft(folder.toString());
    }

    @Test
    void aServerThatEndsDuringTheRunVoidsIt() throws Exception {
        Process controller = start(LEAKING + " 0.0.0.0 8080 " + folder);

        processesWith(LEAKING + " 0.0.0.0 8080 " + folder).stream()
                .filter(process -> process.pid() != controller.pid() && !process.descendants().findAny().isPresent())
                .forEach(ProcessHandle::destroyForcibly);

        Netchurn.Ended ended = netchurn.await(controller);
        assertThat(ended.exitCode()).isEqualTo(5);
        assertThat(ended.text("/verdict/reasons/0/message"))
                .contains("the server program ended with exit code 137 during the run");
    }

    @Test
    void aKilledControllerTakesTheServerAlong() throws Exception {
        Process controller = start("setsid " + LEAKING + " 0.0.0.0 8080 " + folder + " & wait");

        signal("KILL", controller.pid());

        assertThat(controller.waitFor(10, TimeUnit.SECONDS)).isTrue();
        waitUntil(() -> processesWith(LeakingServer.class.getName() + " 0.0.0.0 8080 " + folder).isEmpty());
    }

    /** Starts a long run against a server, and waits until it measures. */
    private Process start(String command) throws IOException {
        Process controller = netchurn.start(List.of("run", "--metrics", "off", "--no-tui", "--out",
                folder.resolve("out").toString(), "--json", folder.resolve("result.json").toString(), "--target-command",
                command,
                "--target-port", "8080", "--duration", "60s", "--interval", "100ms", "--rate", "20", "--close", "fin"));
        waitUntil(() -> netchurn.errorsSoFar().contains("measure  "));
        return controller;
    }

    /** The command for an nginx with one worker; skips the test where there is none. */
    private String nginx(String listen) throws IOException {
        Path program = Programs.assumeInstalled("nginx");
        Path config = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; user root; pid nginx.pid; error_log stderr; worker_processes 1;
                events { worker_connections 512; }
                http {
                    access_log off;
                    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                    server { listen %s; return 204; }
                }
                """.formatted(listen));
        return program + " -p " + folder + " -e stderr -c " + config;
    }

    private static void assertNothingLeft(String mark) {
        assertThat(processesWith(mark)).isEmpty();
    }

    /** Processes of this machine with a text in their command line. */
    private static List<ProcessHandle> processesWith(String mark) {
        return ProcessHandle.allProcesses()
                .filter(process -> KilledControllerIT.commandLine(process.pid()).replace('\0', ' ').contains(mark)).toList();
    }

    private static String testClasses() {
        return Path.of(System.getProperty("netchurn.home", ".."), "loadgen", "target", "test-classes").toString();
    }
}
