package dev.netchurn.loadgen.lab;

import dev.netchurn.kernel.ProcNet;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SockDiag;
import dev.netchurn.kernel.SockStat;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.linux.Errno;
import dev.netchurn.linux.NetworkNamespace;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.namespace.SysctlRefused;
import dev.netchurn.loadgen.namespace.Sysctls;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * One of the two machines of a scene: its namespace, its address, what its kernel counted since the scene began. On loopback
 * both ends have the same namespace. Used by the script's thread.
 */
public final class End implements AutoCloseable {

    private final Side side;
    private final NetworkNamespace namespace;
    private final InetAddress address;
    private final InetAddress peerAddress;
    private final Tape tape;
    private final StateWatch watch;
    private final ProcNet procNet;
    private final Sysctls sysctls = new Sysctls();
    private TcpCounters before = TcpCounters.NONE;

    End(Side side, NetworkNamespace namespace, InetAddress address, InetAddress peerAddress, Tape tape, StateWatch watch) {
        this.side = side;
        this.namespace = namespace;
        this.address = address;
        this.peerAddress = peerAddress;
        this.tape = tape;
        this.watch = watch;
        procNet = namespace.call(ProcNet::new);
    }

    public Side side() {
        return side;
    }

    public InetAddress address() {
        return address;
    }

    public InetAddress peerAddress() {
        return peerAddress;
    }

    /** A new socket that blocks. */
    public LabSocket socket() {
        return socket(false);
    }

    /** A new socket that does not block. */
    public LabSocket nonBlockingSocket() {
        return socket(true);
    }

    private LabSocket socket(boolean nonBlocking) {
        int fd = namespace.call(() -> {
            try (Syscalls calls = new Syscalls()) {
                return calls.tcpSocket(address.getAddress().length == 16 ? Syscalls.AF_INET6 : Syscalls.AF_INET, nonBlocking);
            }
        });
        if (fd < 0) {
            throw new IllegalStateException("socket() gave " + Errno.name(-fd));
        }
        return new LabSocket(this, fd, 0, !nonBlocking);
    }

    /** Starts a program in this end's namespace, which children inherit from the thread that starts them. */
    Process start(String... command) {
        return namespace.call(() -> {
            try {
                return new ProcessBuilder(command).redirectErrorStream(true).start();
            } catch (IOException e) {
                throw SceneEnded.skip(command[0] + " is not installed");
            }
        });
    }

    /** A listener with SO_REUSEADDR on this end's address and the usual port. */
    public LabSocket listen(int backlog) {
        return listen(Scene.PORT, backlog);
    }

    /** A listener with SO_REUSEADDR on this end's address; the port must be one of the servers'. */
    public LabSocket listen(int port, int backlog) {
        if (!Scene.isServerPort(port)) {
            throw new IllegalArgumentException(port + " is no server's port");
        }
        LabSocket listener = nonBlockingSocket();
        listener.reuseAddress();
        required("bind", listener.bind(address, port));
        required("listen", listener.listen(backlog));
        return listener;
    }

    /** A new socket whose handshake is complete. */
    public LabSocket connect() {
        LabSocket socket = socket();
        required("connect", socket.connect());
        return socket;
    }

    /** A new socket that was told to connect and did not wait. */
    public LabSocket startConnect() {
        LabSocket socket = nonBlockingSocket();
        int outcome = socket.connect();
        if (outcome != -Errno.EINPROGRESS) {
            required("connect", outcome);
        }
        return socket;
    }

    /** How far a counter, named as in {@link TcpCounters}, moved since the scene began. */
    public long moved(String counter) {
        return moved().get(counter);
    }

    /** All that moved since the scene began. */
    public TcpCounters moved() {
        return procNet.counters().counters().since(before);
    }

    /** Sockets by kind, as of now. */
    public SockStat sockStat() {
        return procNet.sockStat();
    }

    /** Sets a sysctl of this end's namespace; where this kernel lacks it the phenomenon is skipped. */
    public void sysctl(String key, String value) {
        namespace.run(() -> {
            if (sysctls.read(key).isEmpty()) {
                throw SceneEnded.skip("this kernel has no " + key + " of its own in a network namespace");
            }
            try {
                sysctls.write(key, value, Set.of());
            } catch (SysctlRefused refused) {
                throw SceneEnded.skip(String.valueOf(refused.getMessage()));
            }
        });
    }

    /** The accept queue of this end's listener, and others of its kind. */
    SockDiag openSockDiag() {
        return namespace.call(SockDiag::new);
    }

    void sysctls(Map<String, String> settings) {
        new TreeMap<>(settings).forEach(this::sysctl);
    }

    void takeBaseline() {
        before = procNet.counters().counters();
    }

    Tape tape() {
        return tape;
    }

    long undisturbed(LongSupplier call) {
        return watch.undisturbed(call);
    }

    void noted(long startNs, IntSupplier clientPort, String call, String result) {
        tape.call(startNs, side, clientPort, call, result);
        watch.look();
    }

    private static void required(String call, int outcome) {
        if (outcome < 0) {
            throw SceneEnded.failed(call + "() gave " + Errno.name(-outcome));
        }
    }

    @Override
    public void close() {
        procNet.close();
    }
}
