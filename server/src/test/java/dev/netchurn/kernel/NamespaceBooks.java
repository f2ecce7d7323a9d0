package dev.netchurn.kernel;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.privatenet.PlainSockets;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The sockets of one private namespace, made one by one, and what the kernel booked since this was made. */
public final class NamespaceBooks implements AutoCloseable {

    public static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    /** Outside ip_local_port_range, so that no client connects to itself. */
    public static final int PORT = 9000;
    /** Connections per scenario. */
    public static final int N = 20;

    public final PlainSockets sockets = new PlainSockets();
    private final SystemClock clock = new SystemClock();
    private final ProcNet procNet = new ProcNet();
    private final KernelObserver observer =
            new KernelObserver(Set.of(PORT), CensusMode.FULL, Set.of(Side.CLIENT, Side.SERVER), clock);
    private final TcpCounters before = procNet.counters().counters();

    /** One established connection. */
    record Pair(int client, int server) {
    }

    Pair pair(int listener) {
        int client = sockets.connect(LOOPBACK, PORT);
        return new Pair(client, sockets.accept(listener));
    }

    List<Pair> pairs(int listener, int count) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(pair(listener));
        }
        return pairs;
    }

    /** The client closes, then the server. */
    void closeClientFirst(Pair pair) {
        sockets.close(pair.client());
        sockets.close(pair.server());
    }

    public long moved(String counter) {
        return moved().get(counter);
    }

    TcpCounters moved() {
        return procNet.counters().counters().since(before);
    }

    public long client(TcpState state) {
        return observer.read().side(Side.CLIENT).in(state);
    }

    public long server(TcpState state) {
        return observer.read().side(Side.SERVER).in(state);
    }

    /** Connections in CLOSE_WAIT that nobody accepted. */
    public long unacceptedCloseWait() {
        return observer.read().side(Side.SERVER).unacceptedCloseWait();
    }

    public ListenQueue queue() {
        observer.read();
        return observer.listenQueues().get(PORT);
    }

    SockStat sockStat() {
        return procNet.sockStat();
    }

    long currentlyEstablished() {
        return procNet.counters().currentlyEstablished();
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    /** Waits until something is so, at most for {@code limit}; says whether it came about. */
    public boolean eventually(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long deadlineNs = clock.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (clock.nanoTime() > deadlineNs) {
                return false;
            }
            Thread.sleep(1);
        }
        return true;
    }

    @Override
    public void close() {
        observer.close();
        procNet.close();
        sockets.close();
    }
}
