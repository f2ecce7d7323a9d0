package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.CensusMode;
import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.pacing.LoadEngine;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Engine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every way to close of the client against every one of the server, by every engine, in two fresh namespaces each: the states that both ends
 * come to rest in, the segments of a connection, the kernel's counters and the client's ledger. The table says what Linux
 * does (net/ipv4/tcp.c, tcp_input.c, tcp_minisocks.c), not what this code does. Numbers are multiples of the connections; a
 * range stands where the two ends race, or where a delayed ACK may or may not travel with a FIN. An RST that arrives in the
 * moment in which a closed socket becomes the small object of FIN_WAIT2 finds neither, and that connection ages out instead.
 * A socket whose FIN is acknowledged while close(2) still owns it stays a whole socket in FIN_WAIT2, under a timer of its own,
 * and is not counted as TW (tcp_rcv_state_process, case TCP_FIN_WAIT1: "sock_owned_by_user").
 */
@Timeout(240)
class CloseMatrixIT {

    private static final int N = 200;
    private static final List<String> CLIENT =
            List.of("graceful", "fin", "linger:5", "rst", "unread", "peer", "never");
    private static final List<String> SERVER = List.of("after-client", "delay:50ms", "first", "rst", "rst-after-client",
            "half-close:1000", "leak:0.5", "never", "no-accept");

    /**
     * client | server | states of the client | of the server | counters of the client | of the server | segments | closes.
     * An exchange of 10 and 100 bytes precedes unread.
     */
    private static final String MATRIX =
            """
                    graceful | after-client     | TIME_WAIT=1   | -            | ExtTW=1 | - | 6..7 | closed=1
                    graceful | delay:50ms       | TIME_WAIT=1   | -            | ExtTW=1 | - | 7    | closed=1
                    graceful | first            | TIME_WAIT=0..1 | TIME_WAIT=0..1 | ExtTW=0..1 | ExtTW=0..1 | 6..7 | closed=1
                    graceful | rst              | -             | -            | ExtTW=0..1 EstabResets=0..1 | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | 4..6 | closed=0..1 reset_by_peer=0..1
                    graceful | rst-after-client | -             | -            | -       | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | 5..6 | reset_by_peer=1
                    graceful | half-close:1000  | TIME_WAIT=1   | -            | ExtTW=1 | - | 7..10 | closed=1
                    graceful | leak:0.5         | TIME_WAIT=0.5 FIN_WAIT2=0.5 | CLOSE_WAIT=0.5 | ExtTW=0.9..1 | - | 5..7 | closed=0.5 close_timed_out=0.5
                    graceful | never            | FIN_WAIT2=1   | CLOSE_WAIT=1 | ExtTW=0.9..1 | - | 5    | close_timed_out=1
                    graceful | no-accept        | FIN_WAIT2=1   | CLOSE_WAIT=1 | ExtTW=0.9..1 | - | 5    | close_timed_out=1
                    fin      | after-client     | TIME_WAIT=1   | -            | ExtTW=1 | - | 6..7 | closed=1
                    fin      | delay:50ms       | TIME_WAIT=1   | -            | ExtTW=1 | - | 7    | closed=1
                    fin      | first            | TIME_WAIT=0..1 | TIME_WAIT=0..1 | ExtTW=0..1 | ExtTW=0..1 | 6..7 | closed=1
                    fin      | rst              | FIN_WAIT2=0..0.05 | -            | ExtTW=0..1 EstabResets=0..1 | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | 4..6 | closed=0..1 reset_by_peer=0..1
                    fin      | rst-after-client | FIN_WAIT2=0..0.05 | -            | ExtTW=0..1 | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | 5..6 | closed=1
                    fin      | half-close:1000  | FIN_WAIT2=0..0.05 | -            | ExtTW=0..1 ExtTCPAbortOnData=0..1 OutRsts=1..3 | EstabResets=0..1 | 6..9 | closed=1
                    fin      | leak:0.5         | TIME_WAIT=0.5 FIN_WAIT2=0.5 | CLOSE_WAIT=0.5 | ExtTW=0.9..1 | - | 5..7 | closed=1
                    fin      | never            | FIN_WAIT2=1   | CLOSE_WAIT=1 | ExtTW=0.9..1 | - | 5    | closed=1
                    fin      | no-accept        | FIN_WAIT2=1   | CLOSE_WAIT=1 | ExtTW=0.9..1 | - | 5    | closed=1
                    linger:5 | after-client     | TIME_WAIT=1   | -            | ExtTW=1 | - | 6..7 | closed=1
                    linger:5 | delay:50ms       | TIME_WAIT=1   | -            | ExtTW=1 | - | 7    | closed=1
                    linger:5 | first            | TIME_WAIT=0..1 | TIME_WAIT=0..1 | ExtTW=0..1 | ExtTW=0..1 | 6..7 | closed=1
                    linger:5 | rst              | FIN_WAIT2=0..0.05 | -            | ExtTW=0..1 EstabResets=0..1 | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | 4..6 | closed=0..1 reset_by_peer=0..1
                    linger:5 | rst-after-client | FIN_WAIT2=0..0.05 | -            | ExtTW=0..1 | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | 5..6 | closed=1
                    linger:5 | half-close:1000  | FIN_WAIT2=0..0.05 | -            | ExtTW=0..1 ExtTCPAbortOnData=0..1 OutRsts=1..3 | EstabResets=0..1 | 6..9 | closed=1
                    linger:5 | leak:0.5         | TIME_WAIT=0.5 FIN_WAIT2=0.5 | CLOSE_WAIT=0.5 | ExtTW=0.9..1 | - | 5..7 | closed=1
                    linger:5 | never            | FIN_WAIT2=1   | CLOSE_WAIT=1 | ExtTW=0.9..1 | - | 5    | closed=1
                    linger:5 | no-accept        | FIN_WAIT2=1   | CLOSE_WAIT=1 | ExtTW=0.9..1 | - | 5    | closed=1
                    rst      | after-client     | -             | -            | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 4 | closed=1
                    rst      | delay:50ms       | -             | -            | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 4 | closed=1
                    rst      | first            | -             | -            | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | ExtTW=0..1 EstabResets=0..1 | 4..6 | closed=1
                    rst      | rst              | -             | -            | ExtTCPAbortOnData=0..1 OutRsts=0..1 EstabResets=1 | ExtTCPAbortOnData=0..1 OutRsts=0..1 EstabResets=1 | 4..5 | closed=0..1 reset_by_peer=0..1
                    rst      | rst-after-client | -             | -            | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 4 | closed=1
                    rst      | half-close:1000  | -             | -            | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 4 | closed=1
                    rst      | leak:0.5         | -             | -            | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 4 | closed=1
                    rst      | never            | -             | -            | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 4 | closed=1
                    rst      | no-accept        | -             | -            | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 4 | closed=1
                    unread   | after-client     | -             | -            | ExtTCPAbortOnClose=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 6..8 | closed=1
                    unread   | delay:50ms       | -             | -            | ExtTCPAbortOnClose=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 6..8 | closed=1
                    unread   | first            | -             | -            | ExtTCPAbortOnClose=1 OutRsts=1 EstabResets=1 | ExtTW=0..1 EstabResets=0..1 | 6..10 | closed=1
                    unread   | rst              | -             | -            | ExtTCPAbortOnClose=0..1 OutRsts=0..1 EstabResets=1 | ExtTCPAbortOnData=0..1 OutRsts=0..1 EstabResets=1 | 6..9 | closed=0..1 reset_by_peer=0..1
                    unread   | rst-after-client | -             | -            | ExtTCPAbortOnClose=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 6..8 | closed=1
                    unread   | half-close:1000  | -             | -            | ExtTCPAbortOnClose=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 6..8 | closed=1
                    unread   | leak:0.5         | -             | -            | ExtTCPAbortOnClose=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 6..8 | closed=1
                    unread   | never            | -             | -            | ExtTCPAbortOnClose=1 OutRsts=1 EstabResets=1 | EstabResets=1 | 6..8 | closed=1
                    peer     | first            | -             | TIME_WAIT=1  | -       | ExtTW=1 | 6..7 | closed=1
                    peer     | rst              | -             | -            | EstabResets=1 | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | 4 | reset_by_peer=1
                    never    | after-client     | ESTABLISHED=1 | ESTABLISHED=1 | -      | - | 3 | still_open=1
                    never    | delay:50ms       | ESTABLISHED=1 | ESTABLISHED=1 | -      | - | 3 | still_open=1
                    never    | first            | CLOSE_WAIT=1  | FIN_WAIT2=1  | -       | ExtTW=0.9..1 | 5 | still_open=1
                    never    | rst              | -             | -            | EstabResets=1 | ExtTCPAbortOnData=1 OutRsts=1 EstabResets=1 | 4 | still_open=0..1 reset_by_peer=0..1
                    never    | rst-after-client | ESTABLISHED=1 | ESTABLISHED=1 | -      | - | 3 | still_open=1
                    never    | half-close:1000  | ESTABLISHED=1 | ESTABLISHED=1 | -      | - | 3 | still_open=1
                    never    | leak:0.5         | ESTABLISHED=1 | ESTABLISHED=1 | -      | - | 3 | still_open=1
                    never    | never            | ESTABLISHED=1 | ESTABLISHED=1 | -      | - | 3 | still_open=1
                    never    | no-accept        | ESTABLISHED=1 | ESTABLISHED=1 | -      | - | 3 | still_open=1
                    """;

    private final SystemClock clock = new SystemClock();

    @ParameterizedTest
    @EnumSource(Engine.class)
    @InPrivateNamespace(timeoutSeconds = 200)
    void everyPairDoesWhatLinuxDoes(Engine engine) throws Exception {
        List<String> failures = new ArrayList<>();
        Set<String> covered = new LinkedHashSet<>();
        for (String row : MATRIX.lines().toList()) {
            ClosePairExpectation expected = ClosePairExpectation.parse(row);
            covered.add(expected.pair());
            if (!supports(engine, expected)) {
                continue;
            }
            try {
                check(engine, expected);
            } catch (AssertionError wrong) {
                failures.add(expected.pair() + ": " + wrong.getMessage().strip().replaceAll("\\s+", " "));
            }
        }
        assertThat(failures).isEmpty();
        for (String client : CLIENT) {
            for (String server : SERVER) {
                assertThat(covered.contains(client + " × " + server)).as(client + " × " + server + " has a row or is refused")
                        .isNotEqualTo(objection(client, server));
            }
        }
    }

    /** A stock channel reads what comes, so nothing lies unread, and the pair is refused. */
    private static boolean supports(Engine engine, ClosePairExpectation pair) {
        return engine != Engine.CHANNEL || !(ClientClose.parse(pair.clientClose()) instanceof ClientClose.Unread);
    }

    private static boolean objection(String client, String server) {
        ClientClose close = ClientClose.parse(client);
        return new ClosePair(close, ServerClose.parse(server), exchangeFor(close)).objection().isPresent();
    }

    private static Exchange exchangeFor(ClientClose close) {
        return close instanceof ClientClose.Unread ? new Exchange.Request(10, 100) : new Exchange.None();
    }

    private void check(Engine means, ClosePairExpectation expected) throws InterruptedException {
        RequestFixture request = RequestFixture.closedLoop();
        request.engine = means;
        request.close = ClientClose.parse(expected.clientClose());
        request.serverClose = ServerClose.parse(expected.serverClose());
        request.exchange = exchangeFor(request.close);
        request.connections = N;
        request.warmupNs = 0;
        if (expected.closes().containsKey("close_timed_out")) {
            // All at once, so that what waits in vain does so once; a second is longer than a busy machine stalls.
            request.arrival = new ArrivalPlan.ClosedLoop(N);
            request.closeTimeoutNs = RequestFixture.SECOND;
        }
        request.addresses = 1;
        RunPlan plan = request.plan();
        ServerPlan serverPlan = plan.server();
        assertThat(serverPlan).isNotNull();
        try (VethPair net = new VethPair();
                Ends ends = new Ends(net);
                ChurnServer server = net.server.call(() -> ChurnServer.start(serverPlan, clock));
                LoadEngine engine = new LoadEngine(plan.load(), clock)) {
            net.client.run(() -> engine.start(clock.nanoTime()));
            await(expected, ends, engine);
            KernelReading client = ends.client.readFull();
            KernelReading target = ends.server.readFull();
            assertThat(expected.statesHold(client.side(Side.CLIENT), target.side(Side.SERVER), N))
                    .as("states: client " + client.side(Side.CLIENT) + " server " + target.side(Side.SERVER)).isTrue();
            expected.checkCounters(client.counters().since(ends.clientBefore), target.counters().since(ends.serverBefore), N);
            boolean accepts = !(serverPlan.close() instanceof ServerClose.NoAccept);
            long made = target.counters().since(ends.serverBefore).get("TcpPassiveOpens");
            assertThat(server.books().accepted()).as("accepted").isCloseTo(accepts ? made : 0, ClosePairExpectation.BUSY);
            assertThat(target.listenQueue()).isNotNull();
            assertThat(target.listenQueue().length()).as("left in the accept queue").isCloseTo(accepts ? 0 : made,
                    ClosePairExpectation.BUSY);
            engine.closeAll();
            expected.checkCloses(engine.snapshot().ledgers().getOrDefault(Phase.MEASURE, Ledger.EMPTY), N);
        }
    }

    /** Until the states are as expected and nothing moves any more, or it has taken too long. */
    private static void await(ClosePairExpectation expected, Ends ends, LoadEngine engine) throws InterruptedException {
        long[] before = new long[0];
        for (int polls = 0; polls < 100; polls++) {
            Thread.sleep(50);
            KernelReading client = ends.client.readFull();
            KernelReading server = ends.server.readFull();
            long[] segments = {client.counters().get("TcpOutSegs"), server.counters().get("TcpOutSegs")};
            if (engine.arrivalsDone() && engine.idle() && java.util.Arrays.equals(before, segments)
                    && expected.statesHold(client.side(Side.CLIENT), server.side(Side.SERVER), N)) {
                return;
            }
            before = segments;
        }
    }

    /** The kernel's view of both namespaces. */
    private final class Ends implements AutoCloseable {
        private static final int PORT = 9000;

        final KernelObserver client;
        final KernelObserver server;
        final TcpCounters clientBefore;
        final TcpCounters serverBefore;

        Ends(VethPair net) {
            client = net.client.call(() -> new KernelObserver(Set.of(PORT), CensusMode.FULL, Set.of(Side.CLIENT), clock));
            server = net.server.call(() -> new KernelObserver(Set.of(PORT), CensusMode.FULL, Set.of(Side.SERVER), clock));
            clientBefore = client.read().counters();
            serverBefore = server.read().counters();
        }

        @Override
        public void close() {
            client.close();
            server.close();
        }
    }
}
