package dev.netchurn.loadgen.lab;

import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SockDiag;
import dev.netchurn.kernel.TcpState;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the socket tables of both ends and notes on the tape who is in a new state. It is asked after every call, every
 * segment sent and every segment delivered, and polls in between for what timers do. Safe to use from any thread.
 */
final class StateWatch implements AutoCloseable {

    /** No socket. */
    static final String CLOSED = "CLOSED";

    private static final TcpState[] BY_NUMBER = byNumber();
    private static final long SHORTEST_POLL_NS = 500_000;
    private static final long LONGEST_POLL_NS = 20_000_000;

    private final Tape tape;
    private final List<SockDiag> tables;
    private final IntPredicate isServerPort;
    private final Thread poller;
    private Map<Key, TcpState> known = new HashMap<>();
    private final Set<Key> everSeen = new HashSet<>();
    private long heldUpNs;
    private volatile boolean closed;

    /** One end of one connection; the client's port of a listener is 0. */
    private record Key(Side side, int clientPort, int serverPort) {
    }

    /**
     * Starts to poll.
     *
     * @param tables one per namespace; this closes them
     * @param isServerPort tells servers' ports from clients'
     */
    StateWatch(Tape tape, List<SockDiag> tables, IntPredicate isServerPort) {
        this.tape = tape;
        this.tables = List.copyOf(tables);
        this.isServerPort = isServerPort;
        poller = Thread.ofPlatform().name("state-watch").daemon().start(this::poll);
    }

    /**
     * Hands something to one end and looks before any application can react: a script's waiting calls go through here as well.
     *
     * @return what {@link #text} says of the end then
     */
    synchronized String afterwards(Runnable delivery, Side side, int clientPort, int serverPort) {
        delivery.run();
        look();
        return text(side, clientPort, serverPort);
    }

    /** Makes a call that does not block while nothing is being delivered. */
    synchronized long undisturbed(LongSupplier call) {
        return call.getAsLong();
    }

    /** Looks now; says whether anything had changed. */
    synchronized boolean look() {
        if (closed) {
            return false;
        }
        Map<Key, TcpState> now = new HashMap<>();
        for (SockDiag table : tables) {
            table.dump(SockDiag.ALL_STATES, (family, state, localPort, remotePort, inode, timer, rqueue, wqueue, drops) -> {
                Key key = key(localPort, remotePort);
                if (key != null) {
                    now.put(key, BY_NUMBER[state]);
                }
            });
        }
        Map<Key, TcpState> before = known;
        known = now;
        everSeen.addAll(now.keySet());
        boolean changed = false;
        for (Map.Entry<Key, TcpState> entry : now.entrySet()) {
            if (before.get(entry.getKey()) != entry.getValue()) {
                note(entry.getKey(), entry.getValue().name());
                changed = true;
            }
        }
        for (Key key : before.keySet()) {
            if (!now.containsKey(key)) {
                note(key, CLOSED);
                changed = true;
            }
        }
        return changed;
    }

    /** The state of one end as of the last look; null when it has no socket. */
    synchronized @Nullable TcpState state(Side side, int clientPort, int serverPort) {
        return known.get(new Key(side, clientPort, serverPort));
    }

    /** As above in words: {@code CLOSED} without a socket, {@code LISTEN} at a server that had none for this connection yet. */
    synchronized String text(Side side, int clientPort, int serverPort) {
        Key key = new Key(side, clientPort, serverPort);
        TcpState own = known.get(key);
        if (own != null) {
            return own.name();
        }
        boolean listens = side == Side.SERVER && !everSeen.contains(key) && known.containsKey(new Key(side, 0, serverPort));
        return listens ? TcpState.LISTEN.name() : CLOSED;
    }

    /** Something happened so much later than it was due. */
    synchronized void wasHeldUp(long laterNs) {
        heldUpNs = Math.max(heldUpNs, laterNs);
    }

    /** The longest that this machine let a thread wait which had something to do. */
    synchronized long heldUpNs() {
        return heldUpNs;
    }

    /** What was before does not count. */
    synchronized void forgetHeldUp() {
        heldUpNs = 0;
    }

    /** How many ends of connections were in a state at the last look. */
    synchronized long count(Side side, TcpState state) {
        return known.entrySet().stream().filter(end -> end.getKey().side() == side && end.getValue() == state).count();
    }

    /** How many ends of connections, listeners not among them, there were at the last look. */
    synchronized long count(Side side) {
        return known.keySet().stream().filter(end -> end.side() == side && end.clientPort() != 0).count();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(poller);
        try {
            poller.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            tables.forEach(SockDiag::close);
        }
    }

    private void note(Key key, String state) {
        tape.state(key.side(), key.clientPort() == 0 ? null : key.clientPort(), key.serverPort(), state);
    }

    private @Nullable Key key(int localPort, int remotePort) {
        if (isServerPort.test(localPort)) {
            return new Key(Side.SERVER, remotePort, localPort);
        }
        return isServerPort.test(remotePort) ? new Key(Side.CLIENT, localPort, remotePort) : null;
    }

    /** The longer nothing happens, the seldomer. */
    private void poll() {
        long quietNs = 0;
        while (!closed) {
            long pauseNs = Math.clamp(quietNs / 50, SHORTEST_POLL_NS, LONGEST_POLL_NS);
            long beforeNs = tape.nowNs();
            LockSupport.parkNanos(this, pauseNs);
            wasHeldUp(tape.nowNs() - beforeNs - pauseNs);
            quietNs = look() ? 0 : quietNs + pauseNs;
        }
    }

    private static TcpState[] byNumber() {
        TcpState[] states = new TcpState[16];
        for (TcpState state : TcpState.values()) {
            states[state.number()] = state;
        }
        return states;
    }
}
