package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What cannot be meant gets one sentence, the right exit code, and starts nothing. */
class BadInputTest {

    private static final Set<String> RESULTS_BEFORE = resultFolders();

    @TempDir
    Path folder;

    /** How a command line was answered. */
    private record Answer(int exitCode, String output, List<String> sentences) {
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            --duration 10x                                   | --duration: '10x' is not a duration
            --duration 0s                                    | --duration: must be longer than 0
            --duration 48h                                   | longer than 24 hours
            --interval 0s                                    | --interval: must be 10ms or longer
            --hold -1s                                       | --hold: '-1s' is not a duration
            --rate fast                                      | --rate: 'fast' is not a rate
            --rate 0                                         | --rate: a rate is above 0
            --rate 20M0                                      | --rate: '20M0' is not a rate
            --rate 100 --concurrency 5                       | give one of them
            --ramp 1k:2k --concurrency 5                     | give one of them
            --ramp 1k                                        | write FROM:TO
            --rate 5 --ramp 1:2                              | exclude each other
            --arrival poisson                                | --arrival needs --rate
            --concurrency 0                                  | --concurrency: '0' is not a whole number
            --connections 1.5                                | --connections: '1.5' is not a whole number
            --close nicely                                   | --close: 'nicely' is not a way to close
            --server-close sometimes                         | --server-close: 'sometimes' is not
            --server-close leak:2                            | --server-close: '2' is not a share that can leak
            --server-close leak:0                            | --server-close: '0' is not a share that can leak
            --server-close leak:NaN                          | --server-close: 'NaN' is not a share that can leak
            --server-close leak:-0.5                         | --server-close: '-0.5' is not a share that can leak
            --server-close leak                              | --server-close: 'leak' is not a way to close
            --server-close half-close:-1                     | --server-close: '-1' is not a size
            --server-close half-close:0                      | --server-close: a half-close sends at least 1 byte
            --server-close half-close:9999MiB                | --server-close: '9999MiB' is more than 1 GiB
            --server-close half-close                        | --server-close: 'half-close' is not a way to close
            --close peer --server-close no-accept            | the server does not close first
            --close peer --server-close after-client         | the client waits for the server's FIN
            --close peer --server-close never                | the client waits for the server's FIN
            --payload \\q                                    | --payload: '\\q' is not an escape
            --expect \\x4                                    | --expect: '\\x4' is not an escape
            --payload a --exchange request:1:1               | --exchange sends so many bytes of no meaning
            --exchange request:0:1                           | --exchange: an exchange needs at least 1 byte
            --exchange request:64                            | --exchange: 'request:64' is not
            --eager perhaps                                  | --eager: 'perhaps' is none of auto, on, off
            --overload wait                                  | --overload: 'wait' is none of shed, queue
            --family 5                                       | an address family is 4 or 6, not 5
            --topology ring                                  | --topology: 'ring' is not a topology
            --census sometimes                               | --census: 'sometimes' is none of
            --base-sysctls mine                              | --base-sysctls: 'mine' is not a base
            --base-sysctls host --topology host              | --base-sysctls is for private namespaces
            --sysctl net.ipv4.tcp_fin_timeout=9 --topology host              | --sysctl sets values in a private namespace only
            --sysctl client:net.ipv4.tcp_fin_timeout=9 --topology loopback   | client: and server: need two namespaces
            --sysctl net.ipv4.tcp_fin_timeout                | is not a sysctl setting
            --sysctl =9                                      | is not a sysctl setting
            --sysctl vm..swappiness=1                        | is not the name of a sysctl
            --sysctl net.../kernel.hostname=x                | is not a sysctl setting
            --source here                                    | --source: 'here' is not an IPv4 or IPv6 address
            --source fd77::9                                 | of another address family
            --source 10.1.2.3                                | cannot be given to the client of --topology veth
            --source 10.77.1.1                               | is an address of the target
            --source 10.1.2.3 --topology loopback            | does not exist with --topology loopback
            --source 127.0.0.2 --bind none                   | --source cannot be given with it
            --source-ports 9-1                               | --source-ports: '9-1' is not a range
            --target-addresses 65                            | --target-addresses: '65' is not a whole number between 1 and 64
            --target 127.0.0.1:9 --topology veth             | --topology veth cannot be used with --target
            --target 127.0.0.1:9 --topology loopback         | --topology loopback cannot be used with --target
            --target 127.0.0.1:9 --server-close first        | --server-close belongs to the embedded target
            --target 127.0.0.1:9 --family 6                  | --family belongs to the embedded target
            --target 127.0.0.1:9 --target-command true       | --target-command starts a target
            --observe 127.0.0.1:9464                         | --observe needs --target
            --target 127.0.0.1:9 --observe here              | --observe: 'here' is not HOST:PORT
            --target-command true                            | --target-command needs --target-port
            --target-port 80                                 | --target-port needs --target-command
            --target-start-timeout 5s                        | --target-start-timeout needs --target-command
            --target-command true --target-port 0            | --target-port: '0' is not a whole number
            --target-command true --target-port 80 --server-close first   | the server of --target-command does as it does
            --target-command true --target-port 80 --acceptors 2          | the server of --target-command does as it does
            --target-command true --target-port 80 --topology host        | --topology host is out
            --target-command true --target-port 80 --target-start-timeout 0s  | must be longer than 0
            --target 127.0.0.1                               | is not a target; write HOST:PORT
            --target 127.0.0.1:70000                         | has no port between 1 and 65535
            --target ::1:9                                   | is not a target; write HOST:PORT
            --target 0.0.0.0:9                               | no address that a connection can go to
            --i-own-target example.org                       | --i-own-target needs --target
            --assert p99                                     | --assert: 'p99' is not an assertion
            --assert connect.p99<5                           | '5' is not a duration
            --assert speed>5                                 | --assert: 'speed' cannot be asked
            --allow everything                               | --allow: 'everything' is none of
            --metrics 9464                                   | --metrics: '9464' is not ADDR:PORT or off
            --metrics 127.0.0.1:99999                        | --metrics: '99999' is not a whole number
            --metrics-linger soon                            | --metrics-linger: 'soon' is not a duration
            --connections                                    | Missing required parameter for option '--connections'
            somewhere                                        | Unmatched argument
            """)
    void isUsage(String flags, String sentence) {
        assertUsage(flags, sentence);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --close linger:-1                                | --close: '-1' is not a linger; write linger:SECONDS
            --close linger:0                                 | --close: a linger of 0 seconds is an abort: use rst
            --close linger:99999                             | --close: a linger is between 1 and 3600 seconds, not 99999
            --close linger:99999999999                       | --close: '99999999999' is not a linger
            --close linger:2s                                | a whole number of 1 to 3600 seconds
            --close linger                                   | --close: 'linger' is not a way to close
            --close linger:5 --closers 0                     | --closers: '0' is not a whole number between 1 and 1024
            --closers 8                                      | --closers make the closes of --close linger:SECONDS
            --close unread --exchange request:1:1 --server-close no-accept   | waits for a reply to leave unread
            --close peer --server-close leak:0.1             | the server does not close first
            --close unread                                   | --close unread the client closes while the server's reply
            """)
    void isNoWayToClose(String flags, String sentence) {
        assertUsage(flags, sentence);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --tcp-linger2 0                                  | --tcp-linger2: '0' is neither -1, which sends RST
            --tcp-linger2 -2                                 | --tcp-linger2: '-2' is neither -1
            --tcp-linger2 121                                | nor a whole number of 1 to 120 seconds
            --tcp-linger2 1s                                 | --tcp-linger2: '1s' is neither -1
            --user-timeout 0s                                | --user-timeout: must be longer than 0
            --user-timeout 1500us                            | --user-timeout: the kernel counts it in milliseconds
            --user-timeout 5                                 | --user-timeout: '5' is not a duration
            """)
    void isNoSocketOption(String flags, String sentence) {
        assertUsage(flags, sentence);
    }

    private static void assertUsage(String flags, String sentence) {
        Answer answer = run(flags.split(" "));

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.sentences().getFirst()).startsWith("netchurn: ").contains(sentence);
        assertThat(answer.sentences().subList(1, answer.sentences().size())).isSubsetOf("See 'netchurn run --help'.");
        assertNothingStarted(answer);
    }

    @Test
    void anUnknownFlagIsAnsweredWithTheOneThatWasMeant() {
        Answer answer = run("--concurency", "5");

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.sentences()).hasSize(3);
        assertThat(answer.sentences().getFirst()).contains("--concurency");
        assertThat(answer.sentences().get(1)).startsWith("Did you mean --concurrency");
        assertNothingStarted(answer);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|',
            textBlock = """
                    --target 203.0.113.1:80 --rate 5                                             | say so with --i-own-target 203.0.113.1
                    --target [2001:db8::1]:80 --rate 5                                           | is a public address
                    --target 203.0.113.1:80 --rate 5 --i-own-target 203.0.113.2                  | say so with --i-own-target 203.0.113.1
                    --target 203.0.113.1:80 --i-own-target 203.0.113.1                           | give --rate or --concurrency
                    --target 127.0.0.1:9 --source 203.0.113.7                                    | --source 203.0.113.7 is not an address of this machine
                    --concurrency 1m                                                             | descriptors; lower --concurrency or raise 'ulimit -Hn'
                    --rate 10 --max-in-flight 1m                                                 | lower --max-in-flight or raise 'ulimit -Hn'
                    --close never                                                                | give --connections N or --rate R
                    --rate 20k --duration 5m --target-addresses 1                                | the local ports run out after
                    --rate 1k --duration 1m --source-ports 20000-20099 --target-addresses 1      | use more target or source addresses
                    --connections 5k --sysctl net.ipv4.ip_local_port_range=40000\u00a040009 --sysctl net.ipv4.tcp_tw_reuse=0 --target-addresses 1 | the local ports run out
                    """)
    void preflightRefuses(String flags, String sentence) {
        Answer answer = run(Arrays.stream(flags.split(" ")).map(flag -> flag.replace('\u00a0', ' ')).toArray(String[]::new));

        assertThat(answer.exitCode()).isEqualTo(3);
        assertThat(answer.sentences().getFirst()).startsWith("netchurn: ").contains(sentence);
        assertThat(answer.sentences().subList(1, answer.sentences().size()))
                .isSubsetOf("Nothing was started; --force runs anyway.");
        assertNothingStarted(answer);
    }

    @Test
    void aResultFolderBelowAFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        Answer answer = run("--out", file.resolve("results").toString());

        assertThat(answer.exitCode()).isEqualTo(3);
        assertThat(answer.sentences()).singleElement().asString().contains("cannot be written (not a directory)",
                "choose another with --out");
        assertNothingStarted(answer);
    }

    @Test
    void aJsonFileBelowAFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Path results = folder.resolve("results");

        Answer answer = run("--out", results.toString(), "--json", file.resolve("result.json").toString());

        assertThat(answer.exitCode()).isEqualTo(3);
        assertThat(answer.sentences()).singleElement().asString().contains("cannot be written", "choose another with --json");
        assertThat(results).doesNotExist();
        assertNothingStarted(answer);
    }

    @Test
    void aDryRunPrintsThePlanOfAClosedLoopAndStartsNothing() {
        Answer answer = run("--dry-run", "--concurrency", "7", "--server-close", "first");

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.output()).contains("nothing was started", "closed loop, 7 connections", "closes first", "veth",
                "four-tuples",
                "warm-up 3s", "measurement 10s");
        assertThat(answer.sentences()).isEmpty();
        assertNothingStarted(answer);
    }

    @Test
    void aDryRunOfAnOpenLoopForetellsTimeWait() {
        Answer answer = run("--dry-run", "--rate", "500", "--duration", "20s", "--warmup", "0s", "--arrival", "poisson");

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.output()).contains("open loop, 500 connections/s", "poisson",
                "expected TIME_WAIT at the client: 5 000 after 10 s, about 10 000 at the end");
        assertNothingStarted(answer);
    }

    @Test
    void aDryRunThatPreflightRefusesSaysSoInItsExitCode() {
        Answer answer = run("--dry-run", "--rate", "20k", "--duration", "5m", "--target-addresses", "1");

        assertThat(answer.exitCode()).isEqualTo(3);
        assertThat(answer.output()).contains("the local ports run out after");
    }

    private static Answer run(String... flags) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                NetchurnCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(flags));
        int code = command.execute(words.toArray(String[]::new));
        return new Answer(code, out.toString(), err.toString().lines().toList());
    }

    private static void assertNothingStarted(Answer answer) {
        assertThat(answer.sentences()).noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
        assertThat(ProcessHandle.current().children()).isEmpty();
        assertThat(resultFolders()).isEqualTo(RESULTS_BEFORE);
    }

    /** Whoever runs the tests may have results of their own here. */
    private static Set<String> resultFolders() {
        String[] names = new File("netchurn-results").list();
        return names == null ? Set.of() : Set.of(names);
    }
}
