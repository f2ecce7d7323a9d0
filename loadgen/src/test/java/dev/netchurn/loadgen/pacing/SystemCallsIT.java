package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.Sysctl;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What one connection costs the event loop's thread in system calls, counted with strace. A hand-written C epoll loop with RST
 * close makes five and its share of epoll_wait: socket, setsockopt, connect, epoll_ctl, close. The README's table is this one.
 */
@Timeout(60)
@InPrivateNamespace
class SystemCallsIT {

    private static final Path STRACE = Path.of("/usr/bin/strace");
    private static final Endpoint TARGET = Endpoint.parse("127.0.0.1:9000");
    /** Made for many connections at a time, or for none. */
    private static final Set<String> SHARED =
            Set.of("epoll_wait", "epoll_pwait2", "io_uring_enter", "futex", "restart_syscall", "madvise", "mmap", "munmap",
                    "mprotect");
    /**
     * One connection in 128 is asked for its TCP_INFO and its name, and strace sees only a part of those that are under way when
     * it comes and when it goes: of a thousand on a slow machine 16 each time. A call too many would be 1.
     */
    private static final Offset<Double> SAMPLES = Offset.offset(0.1);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "EPOLL,    rst,      none,        auto, socket=1 setsockopt=1 connect=2 close=1",
        "EPOLL,    fin,      none,        auto, socket=1 connect=2 close=1",
        "EPOLL,    graceful, none,        auto, socket=1 connect=2 recvfrom=2 shutdown=1 close=1",
        "EPOLL,    graceful, none,        off,  socket=1 connect=1 recvfrom=2 shutdown=1 epoll_ctl=2 close=1",
        "EPOLL,    rst,      request:1:1, auto, socket=1 setsockopt=1 connect=2 sendto=1 recvfrom=2 close=1",
        "EPOLL,    rst,      request:1:1, off,  socket=1 setsockopt=1 connect=1 sendto=1 recvfrom=2 epoll_ctl=2 close=1",
        "IO_URING, rst,      none,        auto, socket=1 setsockopt=1",
        "IO_URING, fin,      none,        auto, socket=1",
        "IO_URING, graceful, none,        auto, socket=1 recvfrom=2 shutdown=1",
        "IO_URING, rst,      request:1:1, auto, socket=1 setsockopt=1 sendto=1 recvfrom=2",
        "CHANNEL,  rst,      none,        auto, "
                + "socket=1 setsockopt=3 connect=1 epoll_ctl=4 getsockopt=3 getsockname=2 getpeername=1 close=1"})
    void aConnectionTakes(Engine engine, String close, String exchange, String eager, String expected) throws Exception {
        assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
        Exchange said = Exchange.parse(exchange);
        TestPlan plan = TestPlan.against(TARGET).engine(engine).close(ClientClose.parse(close)).concurrency(16)
                .eager(ConnectionPlan.Eager.valueOf(eager.toUpperCase(Locale.ROOT)))
                .exchange(said).rttSampleEvery(128).times(0, 60_000).connections(1_000_000);
        Map<String, Long> calls = countWhileRunning(plan.make(), said);

        assertPerConnection(calls, expected);
    }

    /** With one connection at a time nothing is left to do until the answer comes. */
    @Test
    void whatWasLookedForInVainDuringTheWarmUpIsLeftToEpoll() throws Exception {
        assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
        Exchange said = Exchange.parse("request:1:1");
        LoadPlan plan = TestPlan.against(TARGET).close(ClientClose.parse("rst")).concurrency(1).exchange(said)
                .rttSampleEvery(128).times(1000, 60_000).connections(1_000_000).make();

        Map<String, Long> calls = countWhileRunning(plan, said);

        assertThat((double) calls.get("epoll_ctl") / calls.get("socket")).isCloseTo(1, SAMPLES);
        assertThat((double) calls.get("recvfrom") / calls.get("socket")).isCloseTo(2, SAMPLES);
    }

    private static void assertPerConnection(Map<String, Long> calls, String expected) {
        double connections = calls.get("socket");
        Map<String, Double> each = new TreeMap<>();
        calls.forEach((call, count) -> {
            if (!SHARED.contains(call)) {
                each.put(call, count / connections);
            }
        });
        for (String entry : expected.split(" ")) {
            String[] call = entry.split("=", -1);
            Double seen = each.remove(call[0]);
            assertThat(seen).as(call[0] + " per connection").isNotNull().isCloseTo(Double.parseDouble(call[1]), SAMPLES);
        }
        assertThat(each.values()).as("beyond: " + each).allMatch(share -> share < SAMPLES.value);
        long shared = SHARED.stream().mapToLong(call -> calls.getOrDefault(call, 0L)).sum();
        assertThat(shared / connections).as("calls for several connections").isLessThan(0.7);
    }

    private Map<String, Long> countWhileRunning(LoadPlan plan, Exchange exchange) throws IOException, InterruptedException {
        Sysctl.set("net.ipv4.ip_local_port_range", "10000 65535");
        ServerPlan server =
                new ServerPlan(Engine.EPOLL, List.of(TARGET), new ServerClose.AfterClient(), exchange, 4096, 1);
        SystemClock clock = new SystemClock();
        try (ChurnServer _ = ChurnServer.start(server, clock); LoadEngine load = new LoadEngine(plan, clock)) {
            load.start(clock.nanoTime());
            // The first connections load classes, and the warm-up is over.
            TimeUnit.MILLISECONDS.sleep(1500);
            Path counts = folder.resolve("strace");
            Process strace = new ProcessBuilder("timeout", "-s", "INT", "2", STRACE.toString(), "-c", "-o", counts.toString(),
                    "-p", eventLoop()).redirectErrorStream(true).redirectOutput(folder.resolve("strace.out").toFile()).start();
            assertThat(strace.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assumeTrue(Files.exists(counts) && Files.size(counts) > 0,
                    "this machine does not let strace attach: " + Files.readString(folder.resolve("strace.out")));
            return parse(Files.readAllLines(counts));
        }
    }

    /** The kernel's number of the thread; it keeps 15 characters of a name. */
    private static String eventLoop() throws IOException {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                if (Files.readString(task.resolve("comm")).strip().equals("netchurn-client")) {
                    return task.getFileName().toString();
                }
            }
        }
        throw new IllegalStateException("no event loop runs");
    }

    /** Rows read {@code % time, seconds, usecs/call, calls, [errors,] name}. */
    private static Map<String, Long> parse(List<String> lines) {
        Map<String, Long> calls = new TreeMap<>();
        lines.stream().map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length >= 5 && columns[3].matches("\\d+"))
                .filter(columns -> !columns[columns.length - 1].equals("total"))
                .forEach(columns -> calls.put(columns[columns.length - 1], Long.parseLong(columns[3])));
        assertThat(calls).as("strace printed " + Arrays.toString(lines.toArray())).containsKey("socket");
        return calls;
    }
}
