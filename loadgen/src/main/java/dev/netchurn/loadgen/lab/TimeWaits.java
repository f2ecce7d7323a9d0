package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.FIN_WAIT1;
import static dev.netchurn.kernel.TcpState.FIN_WAIT2;
import static dev.netchurn.kernel.TcpState.TIME_WAIT;

import dev.netchurn.linux.Errno;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** How long TIME_WAIT lasts, how many there may be, and how one is used again. */
final class TimeWaits {

    private static final String ONE_PORT = "40000 40000";
    private static final String PORT_RANGE = "net.ipv4.ip_local_port_range";
    private static final String TW_REUSE = "net.ipv4.tcp_tw_reuse";
    private static final String TW_REUSE_DELAY = "net.ipv4.tcp_tw_reuse_delay";
    private static final int FIXED_PORT = 5000;
    /** The step of the kernel's timer wheel at this distance is 2.05 s at 250 Hz, but up to 5.1 s at other rates. */
    private static final Duration LONGEST_TIME_WAIT = Duration.ofMillis(65_500);
    /** More than the reuse delay of a second. */
    private static final Duration LONG_ENOUGH = Duration.ofMillis(1_200);

    private TimeWaits() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("time-wait-sixty-seconds", "TIME_WAIT lasts 60 s",
                        "TIME_WAIT lasts 60 s and a timer step, whatever tcp_fin_timeout says: that is about FIN_WAIT2.",
                        Stage.wire().sysctl("net.ipv4.tcp_fin_timeout", "7").lasting(Duration.ofSeconds(66)),
                        TimeWaits::sixtySeconds),
                new Phenomenon("bucket-overflow", "TIME_WAIT buckets overflow",
                        "Beyond tcp_max_tw_buckets nothing stays behind: the connection is just gone, the server's FIN is answered with an RST, and only a counter tells.",
                        Stage.slowWire().clientSysctl("net.ipv4.tcp_max_tw_buckets", "5"), TimeWaits::overflow),
                new Phenomenon("tw-reuse-off", "tcp_tw_reuse 0",
                        "With tcp_tw_reuse=0 a port in TIME_WAIT cannot be chosen by connect() to the same server for the whole minute.",
                        Stage.wire().clientSysctl(PORT_RANGE, ONE_PORT).clientSysctl(TW_REUSE, "0"), TimeWaits::reuseOff),
                new Phenomenon("tw-reuse-on", "tcp_tw_reuse 1",
                        "With tcp_tw_reuse=1 connect() takes a port out of TIME_WAIT once it is a second old.",
                        Stage.wire().clientSysctl(PORT_RANGE, ONE_PORT).clientSysctl(TW_REUSE, "1"),
                        scene -> reuseAfter(scene, 1_000)),
                new Phenomenon("tw-reuse-delay", "tcp_tw_reuse_delay",
                        "tcp_tw_reuse_delay moves the second after which tcp_tw_reuse takes a port out of TIME_WAIT.",
                        Stage.wire().clientSysctl(PORT_RANGE, ONE_PORT).clientSysctl(TW_REUSE, "1")
                                .clientSysctl(TW_REUSE_DELAY, "300"),
                        scene -> reuseAfter(scene, 300)),
                new Phenomenon("tw-reuse-loopback-only", "tcp_tw_reuse 2",
                        "The default tcp_tw_reuse=2 helps on loopback only: what a test on 127.0.0.1 shows does not hold on a network.",
                        Stage.wire().clientSysctl(PORT_RANGE, ONE_PORT).clientSysctl(TW_REUSE, "2"), TimeWaits::loopbackOnly),
                new Phenomenon("tw-reuse-without-timestamps", "Reuse needs timestamps",
                        "Without TCP timestamps no TIME_WAIT is ever reused by its own side, whatever tcp_tw_reuse says.",
                        Stage.wire().clientSysctl(PORT_RANGE, ONE_PORT).clientSysctl(TW_REUSE, "1")
                                .clientSysctl("net.ipv4.tcp_timestamps", "0"),
                        TimeWaits::reuseOff),
                new Phenomenon("bind-reuses-time-wait", "A bound port reuses TIME_WAIT",
                        "A client that binds its port with SO_REUSEADDR takes it out of TIME_WAIT at once, even with tcp_tw_reuse=0.",
                        Stage.wire().clientSysctl(TW_REUSE, "0"), TimeWaits::boundPort),
                new Phenomenon("syn-into-time-wait", "A SYN reopens the server's TIME_WAIT",
                        "TIME_WAIT at the server does not lock the client out: a new SYN from the same port reopens it at once, and no counter tells.",
                        Stage.slowWire(), TimeWaits::synIntoTimeWait));
    }

    private static void sixtySeconds(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        closeClientFirst(scene, connection);
        long beganNs = scene.nowNs();
        scene.await("the end of TIME_WAIT", Duration.ofSeconds(80), () -> scene.state(CLIENT, connection.port()) == null);

        scene.expect().between("TIME_WAIT lasted", Duration.ofMillis(59_500), LONGEST_TIME_WAIT, scene.nowNs() - beganNs);
        scene.expect().counter(CLIENT, "TcpExtTW", 1);
        scene.expect().counter(CLIENT, "TcpExtTWKilled", 0);
        scene.expect().segmentCount("segments after the last ACK", 0, segment -> segment.atNs() > beganNs);
    }

    /** The server closes only when its kernel has acknowledged the FIN, so that FIN_WAIT2 is where the buckets are missing. */
    private static void overflow(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        for (int i = 1; i <= 8; i++) {
            Scene.Connection connection = scene.establish(listener);
            connection.client().close();
            scene.await("the FIN acknowledged", () -> scene.state(CLIENT, connection.port()) != FIN_WAIT1);
            connection.server().close();
            scene.awaitClosed(SERVER, connection);
            String end = i <= 5 ? "FIN_WAIT2 → TIME_WAIT" : "CLOSED";
            scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", end);
        }
        scene.expect().count(CLIENT, TIME_WAIT, 5);
        scene.expect().counter(CLIENT, "TcpExtTW", 5);
        scene.expect().counter(CLIENT, "TcpExtTCPTimeWaitOverflow", 3);
        scene.expect().counter(CLIENT, "TcpOutRsts", 3);
    }

    private static void reuseOff(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        closeClientFirst(scene, scene.establish(listener));
        scene.expect().outcome("connect() at once", -Errno.EADDRNOTAVAIL, scene.client().socket().connect());
        scene.pause(LONG_ENOUGH);
        scene.expect().outcome("connect() after 1.2 s", -Errno.EADDRNOTAVAIL, scene.client().socket().connect());
        scene.expect().count(CLIENT, TIME_WAIT, 1);
        scene.expect().counter(CLIENT, "TcpActiveOpens", 1);
        scene.expect().counter(CLIENT, "TcpExtTWRecycled", 0);
    }

    private static void reuseAfter(Scene scene, long delayMs) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        LabSocket next = scene.client().socket();
        Scene.Connection connection = scene.establish(listener);
        connection.client().close();
        connection.server().receive();
        long beforeNs = scene.nowNs();
        connection.server().close();
        scene.await(CLIENT, connection, TIME_WAIT);
        scene.expect().outcome("connect() at once", -Errno.EADDRNOTAVAIL, next.connectQuietly());
        scene.await("a connect() that works", () -> next.connectQuietly() == 0);

        scene.expect().between("TIME_WAIT until then", Duration.ofMillis(delayMs - 1), Duration.ofMillis(delayMs + 2_000),
                scene.nowNs() - beforeNs);
        scene.expect().same("the port", connection.port(), next.localPort());
        scene.expect().counter(CLIENT, "TcpExtTWRecycled", 1);
        scene.expect().counter(CLIENT, "TcpActiveOpens", 2);
    }

    private static void loopbackOnly(Scene scene) throws InterruptedException {
        closeClientFirst(scene, scene.establish());
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        LabSocket listener = scene.client().nonBlockingSocket();
        listener.bind(loopback, Scene.PORT + 1);
        listener.listen(10);
        LabSocket first = scene.client().socket();
        scene.expect().outcome("the first connect() to 127.0.0.1", 0, first.connect(loopback, Scene.PORT + 1));
        LabSocket accepted = listener.accept();
        first.close();
        accepted.receive();
        accepted.close();
        scene.pause(LONG_ENOUGH);

        scene.expect().outcome("connect() over the network after 1.2 s", -Errno.EADDRNOTAVAIL,
                scene.client().socket().connect());
        scene.expect().outcome("connect() to 127.0.0.1 after 1.2 s", 0,
                scene.client().socket().connect(loopback, Scene.PORT + 1));
        scene.expect().counter(CLIENT, "TcpExtTWRecycled", 1);
    }

    private static void boundPort(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        for (int i = 1; i <= 3; i++) {
            LabSocket client = scene.client().socket();
            client.reuseAddress();
            scene.expect().outcome("bind() number " + i, 0, client.bind(scene.client().address(), FIXED_PORT));
            scene.expect().outcome("connect() number " + i, 0, client.connect());
            closeClientFirst(scene, new Scene.Connection(client, listener.accept()));
        }
        scene.expect().outcome("bind() without SO_REUSEADDR", -Errno.EADDRINUSE,
                scene.client().socket().bind(scene.client().address(), FIXED_PORT));
        scene.expect().count(CLIENT, TIME_WAIT, 1);
        scene.expect().counter(CLIENT, "TcpExtTW", 3);
        scene.expect().counter(CLIENT, "TcpExtTWRecycled", 2);
    }

    private static void synIntoTimeWait(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        LabSocket first = boundClient(scene);
        first.connect();
        Scene.Connection connection = new Scene.Connection(first, listener.accept());
        connection.server().close();
        scene.await(SERVER, connection, FIN_WAIT2);
        connection.client().close();
        scene.await(SERVER, connection, TIME_WAIT);
        scene.awaitClosed(CLIENT, connection);
        scene.expect().outcome("connect() from the same port", 0, boundClient(scene).connect());
        listener.accept();

        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
                "SYN_RECV", "ESTABLISHED");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED",
                "SYN_SENT", "ESTABLISHED");
        scene.expect().counter(SERVER, "TcpPassiveOpens", 2);
        scene.expect().counter(SERVER, "TcpExtTW", 1);
        scene.expect().counter(SERVER, "TcpExtTWRecycled", 0);
    }

    private static LabSocket boundClient(Scene scene) {
        LabSocket client = scene.client().socket();
        client.reuseAddress();
        client.bind(scene.client().address(), FIXED_PORT);
        return client;
    }

    /** Ends with TIME_WAIT at the client. */
    private static void closeClientFirst(Scene scene, Scene.Connection connection) throws InterruptedException {
        connection.client().close();
        connection.server().receive();
        connection.server().close();
        scene.await(CLIENT, connection, TIME_WAIT);
        scene.awaitClosed(SERVER, connection);
    }
}
