package dev.netchurn.loadgen.pacing;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.SocketOptions;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.server.EscapedText;
import dev.netchurn.server.Exchange;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Plans for tests, put together from what matters to each. */
final class TestPlan {

    private List<Endpoint> targets;
    private int loops = 1;
    private ArrivalPlan arrival = new ArrivalPlan.ClosedLoop(4);
    private int maxInFlight = 10_000;
    private LoadPlan.Overload overload = LoadPlan.Overload.SHED;
    private long connections;
    private long warmupMs;
    private long measureMs = 10_000;
    private SourcePlan source = new SourcePlan(List.of(), 0, 0, SourcePlan.Bind.NONE);
    private ClientClose close = new ClientClose.Graceful();
    private int closers = 8;
    private SocketOptions options = SocketOptions.NONE;
    private long holdMs;
    private Exchange exchange = new Exchange.None();
    private long connectTimeoutMs = 5000;
    private long closeTimeoutMs = 5000;
    private long exchangeTimeoutMs = 5000;
    private ConnectionPlan.Eager eager = ConnectionPlan.Eager.AUTO;
    private boolean checkSelfConnect;
    private int rttSampleEvery = 1;
    private Engine engine = Engine.EPOLL;

    private TestPlan(List<Endpoint> targets) {
        this.targets = targets;
    }

    static TestPlan against(Endpoint... targets) {
        return new TestPlan(List.of(targets));
    }

    TestPlan engine(Engine value) {
        engine = value;
        return this;
    }

    TestPlan loops(int value) {
        loops = value;
        return this;
    }

    TestPlan concurrency(int value) {
        arrival = new ArrivalPlan.ClosedLoop(value);
        return this;
    }

    TestPlan rate(double perSecond) {
        return open(new ArrivalPlan.OpenLoop(perSecond, perSecond, ArrivalPlan.Spacing.CONSTANT, 1));
    }

    TestPlan open(ArrivalPlan.OpenLoop value) {
        arrival = value;
        return this;
    }

    TestPlan maxInFlight(int value, LoadPlan.Overload whenReached) {
        maxInFlight = value;
        overload = whenReached;
        return this;
    }

    TestPlan connections(long value) {
        connections = value;
        return this;
    }

    TestPlan times(long warmup, long measure) {
        warmupMs = warmup;
        measureMs = measure;
        return this;
    }

    TestPlan source(SourcePlan value) {
        source = value;
        return this;
    }

    TestPlan close(ClientClose value) {
        close = value;
        return this;
    }

    TestPlan closers(int value) {
        closers = value;
        return this;
    }

    TestPlan options(SocketOptions value) {
        options = value;
        return this;
    }

    TestPlan holdMs(long value) {
        holdMs = value;
        return this;
    }

    TestPlan exchange(int out, int in) {
        return exchange(new Exchange.Request(out, in));
    }

    TestPlan exchange(Exchange value) {
        exchange = value;
        return this;
    }

    TestPlan literal(String payload, String expect) {
        exchange = new Exchange.Literal(EscapedText.parse(payload), EscapedText.parse(expect));
        return this;
    }

    TestPlan timeoutsMs(long connect, long closing, long exchanging) {
        connectTimeoutMs = connect;
        closeTimeoutMs = closing;
        exchangeTimeoutMs = exchanging;
        return this;
    }

    TestPlan eager(ConnectionPlan.Eager value) {
        eager = value;
        return this;
    }

    TestPlan checkSelfConnect() {
        checkSelfConnect = true;
        return this;
    }

    TestPlan rttSampleEvery(int connections) {
        rttSampleEvery = connections;
        return this;
    }

    LoadPlan make() {
        ConnectionPlan connection = new ConnectionPlan(
                close, close instanceof ClientClose.Linger ? closers : 0, ns(holdMs), exchange, options, ns(connectTimeoutMs),
                ns(closeTimeoutMs), ns(exchangeTimeoutMs), eager,
                checkSelfConnect, rttSampleEvery);
        return new LoadPlan(
                engine, targets, loops, arrival, maxInFlight, overload, connections, ns(warmupMs), ns(measureMs), ns(2000),
                ns(100), source, connection);
    }

    private static long ns(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
