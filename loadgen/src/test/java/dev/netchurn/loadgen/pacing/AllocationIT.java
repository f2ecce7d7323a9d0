package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.netchurn.clock.SystemClock;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.ConnectionPlan.Eager;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.Sysctl;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bytes that the event loop's thread allocates per connection once its code is compiled: until then the JVM makes objects
 * that compiled code does without. The first of many short looks that is clean proves the steady state; the loops are asked
 * for nothing in between, because a reading allocates.
 */
@Timeout(90)
@InPrivateNamespace(optimized = true)
class AllocationIT {

    private static final Endpoint TARGET = Endpoint.parse("127.0.0.1:9000");
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int LEAST_CONNECTIONS = 1000;
    /** Less than the smallest object, of 16 bytes: Netty's io_uring handler makes a lambda per turn of the loop. */
    private static final double LESS_THAN_AN_OBJECT = 8;
    /** In some JVMs the compiler leaves one of the 40 byte wrappers that java.lang.foreign makes per call. */
    private static final double ONE_WRAPPER = 48;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final SystemClock clock = new SystemClock();

    @ParameterizedTest
    @CsvSource({"EPOLL, rst", "EPOLL, fin", "EPOLL, graceful", "IO_URING, rst", "IO_URING, fin", "IO_URING, graceful"})
    void aConnectionOfALeanEngineAllocatesNothingOfOurs(Engine engine, String close) throws IOException {
        assertThat(leastBytesPerConnection(engine, close, Eager.AUTO, LESS_THAN_AN_OBJECT)).isLessThan(ONE_WRAPPER);
    }

    /** Netty's FileDescriptor and its registration with the loop, about 90 bytes. */
    @ParameterizedTest
    @CsvSource("EPOLL, graceful, 128")
    void whatHasToBeWaitedForCostsARegistrationWithNetty(Engine engine, String close, double most)
            throws IOException {
        assertThat(leastBytesPerConnection(engine, close, Eager.OFF, most)).isBetween(32.0, most);
    }

    /** A channel with its pipeline, promises and buffers. */
    @ParameterizedTest
    @CsvSource("CHANNEL, rst, 8192")
    void aChannelCostsKilobytes(Engine engine, String close, double most)
            throws IOException {
        assertThat(leastBytesPerConnection(engine, close, Eager.AUTO, most)).isBetween(1000.0, most);
    }

    /** The least of all looks, or the first that is below {@code enough}. */
    private double leastBytesPerConnection(Engine engine, String close, Eager eager, double enough) throws IOException {
        // A port is free again after a second in TIME_WAIT, so there must be more of them than connections in a second.
        Sysctl.set("net.ipv4.ip_local_port_range", "10000 65535");
        ServerPlan server = new ServerPlan(
                Engine.EPOLL, List.of(TARGET), new ServerClose.AfterClient(), new Exchange.None(), 4096, 1);
        LoadPlan plan = TestPlan.against(TARGET).engine(engine).close(ClientClose.parse(close)).concurrency(16)
                .eager(eager).rttSampleEvery(128).times(0, 60_000).connections(1_000_000).make();
        try (ChurnServer _ = ChurnServer.start(server, clock); LoadEngine load = new LoadEngine(plan, clock)) {
            load.start(clock.nanoTime());
            long thread = eventLoop();
            double least = Double.MAX_VALUE;
            long untilNs = clock.nanoTime() + PATIENCE_NS;
            while (least >= enough && clock.nanoTime() - untilNs < 0) {
                least = Math.min(least, look(load, thread));
            }
            return least;
        }
    }

    /** Bytes per connection of 200 ms, in which nobody asks the loop for a reading. */
    private double look(LoadEngine load, long thread) {
        long connectionsBefore = closed(load);
        long bytesBefore = threads.getThreadAllocatedBytes(thread);
        sleep(200);
        long bytes = threads.getThreadAllocatedBytes(thread) - bytesBefore;
        long connections = closed(load) - connectionsBefore;
        return connections < LEAST_CONNECTIONS ? Double.MAX_VALUE : (double) bytes / connections;
    }

    private static long closed(LoadEngine load) {
        long closed = load.snapshot().ledgers().get(Phase.MEASURE).of(CloseOutcome.CLOSED);
        // The reading is made; whatever it left to do is done by now.
        sleep(5);
        return closed;
    }

    private static void sleep(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long eventLoop() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("netchurn-client-0"))
                .findAny().orElseThrow().threadId();
    }
}
