package dev.netchurn.loadgen.lab;

import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a script plays in: a client, a server, the wire between them, and the expectations. Everything is used by the script's
 * thread only.
 */
public final class Scene {

    /** The usual server's port, outside ip_local_port_range, so that nobody connects to himself. */
    public static final int PORT = 9000;
    /** The rehearsal's server, which no script may use. */
    static final int REHEARSAL_PORT = 9099;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration NAP = Duration.ofMillis(1);

    private final End client;
    private final End server;
    private final @Nullable Wire wire;
    private final Tape tape;
    private final StateWatch watch;
    private final Expectations expectations;

    Scene(End client, End server, @Nullable Wire wire, Tape tape, StateWatch watch) {
        this.client = client;
        this.server = server;
        this.wire = wire;
        this.tape = tape;
        this.watch = watch;
        expectations = new Expectations(client, server, tape, watch);
    }

    /** An established connection, accepted by the server. */
    public record Connection(LabSocket client, LabSocket server) {

        /** What names it within the scene. */
        public int port() {
            return client.clientPort();
        }
    }

    static boolean isServerPort(int port) {
        return port >= PORT && port <= REHEARSAL_PORT;
    }

    public End client() {
        return client;
    }

    public End server() {
        return server;
    }

    /** The wire; only on a stage that has one. */
    public Wire wire() {
        Wire own = wire;
        if (own == null) {
            throw new IllegalStateException("loopback has no wire");
        }
        return own;
    }

    long heldUpNs() {
        return watch.heldUpNs();
    }

    void forgetHeldUp() {
        watch.forgetHeldUp();
    }

    boolean hasWire() {
        return wire != null;
    }

    /** No connection anywhere, and nothing under way. */
    boolean isEmpty() {
        watch.look();
        return watch.count(Side.CLIENT) + watch.count(Side.SERVER) == 0 && (wire == null || wire.isQuiet());
    }

    /** What must be seen. */
    public Expectations expect() {
        return expectations;
    }

    /** Since the scene began. */
    public long nowNs() {
        return tape.nowNs();
    }

    /** A listener and one connection to it. */
    public Connection establish() throws InterruptedException {
        return establish(server.listen(100));
    }

    /** One connection to a listener on the usual port. */
    public Connection establish(LabSocket listener) throws InterruptedException {
        LabSocket connected = client.connect();
        return new Connection(connected, listener.accept());
    }

    /** The state of an end as of now; null when there is no socket. */
    public @Nullable TcpState state(Side side, int clientPort) {
        watch.look();
        return watch.state(side, clientPort, PORT);
    }

    /** How many ends are in a state now. */
    public long count(Side side, TcpState state) {
        watch.look();
        return watch.count(side, state);
    }

    /** Waits until an end of a connection is in a state; ends the scene when it does not come to that. */
    public void await(Side side, Connection connection, TcpState state) throws InterruptedException {
        await("the " + side.text() + " in " + state, () -> state(side, connection.port()) == state);
    }

    /** Waits until an end of a connection has no socket any more. */
    public void awaitClosed(Side side, Connection connection) throws InterruptedException {
        await("the " + side.text() + "'s socket gone", () -> state(side, connection.port()) == null);
    }

    /** Waits until something is so; ends the scene when it does not come to that within 20 s. */
    public void await(String what, BooleanSupplier condition) throws InterruptedException {
        await(what, PATIENCE, condition);
    }

    /** Waits until something is so; ends the scene when it does not come to that in time. */
    public void await(String what, Duration atMost, BooleanSupplier condition) throws InterruptedException {
        if (!eventually(atMost, condition)) {
            expectations.missing(what, "within " + atMost.toSeconds() + " s");
        }
    }

    /** Waits until something is so, at most for a while; says whether it came about. */
    public boolean eventually(Duration atMost, BooleanSupplier condition) throws InterruptedException {
        long deadlineNs = tape.nowNs() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (tape.nowNs() > deadlineNs) {
                return false;
            }
            Thread.sleep(NAP);
        }
        return true;
    }

    /** Lets time pass. */
    public void pause(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }
}
