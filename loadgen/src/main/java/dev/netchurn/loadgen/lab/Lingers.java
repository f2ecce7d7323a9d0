package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.CLOSE_WAIT;
import static dev.netchurn.kernel.TcpState.ESTABLISHED;
import static dev.netchurn.kernel.TcpState.FIN_WAIT1;
import static dev.netchurn.kernel.TcpState.FIN_WAIT2;
import static dev.netchurn.kernel.TcpState.TIME_WAIT;

import java.time.Duration;
import java.util.List;

/** What stays behind at the end that closed first, and for how long. */
final class Lingers {

    private static final Duration ONE_WAY = Duration.ofMillis(50);

    private Lingers() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("linger-blocks", "SO_LINGER N blocks",
                        "With SO_LINGER {1,N} close() waits until its FIN is acknowledged, not until the peer closes.",
                        Stage.wire(), Lingers::blocks),
                new Phenomenon("linger-runs-out", "SO_LINGER N runs out",
                        "When no acknowledgement comes within N seconds close() returns 0 all the same: no error, no RST, the kernel goes on trying.",
                        Stage.wire(), Lingers::runsOut),
                new Phenomenon("close-wait-leak", "CLOSE_WAIT leak",
                        "A server that never closes keeps CLOSE_WAIT for ever, while the client's FIN_WAIT2 ages out after tcp_fin_timeout.",
                        Stage.slowWire().clientSysctl("net.ipv4.tcp_fin_timeout", "6").lasting(Duration.ofSeconds(8)),
                        Lingers::closeWaitLeak),
                new Phenomenon("half-close-never-ages", "A half-close never ages",
                        "tcp_fin_timeout is for sockets that nobody owns: after shutdown(SHUT_WR) FIN_WAIT2 stays as long as the application does.",
                        Stage.slowWire().clientSysctl("net.ipv4.tcp_fin_timeout", "1").lasting(Duration.ofSeconds(6)),
                        Lingers::halfClose),
                new Phenomenon("fin-wait2-in-sockstat", "FIN_WAIT2 hides among TIME_WAIT",
                        "An orphaned FIN_WAIT2 is counted as tw in sockstat, so that a server which does not close looks like TIME_WAIT there.",
                        Stage.slowWire(), Lingers::hidesInSockstat),
                new Phenomenon("fin-timeout-above-sixty", "tcp_fin_timeout above 60 s",
                        "With tcp_fin_timeout above 60 s an orphaned FIN_WAIT2 stays a whole socket: sockstat has it among inuse, not among tw.",
                        Stage.slowWire().clientSysctl("net.ipv4.tcp_fin_timeout", "70"), Lingers::wholeOrphan),
                new Phenomenon("linger2-negative", "TCP_LINGER2 below 0",
                        "With TCP_LINGER2 -1 a client that has closed does not wait in FIN_WAIT2: it sends an RST as soon as its FIN is acknowledged.",
                        Stage.slowWire(), Lingers::negativeLinger2));
    }

    private static void blocks(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        scene.wire().oneWay(ONE_WAY);
        connection.client().linger(5);
        long beforeNs = scene.nowNs();
        scene.expect().outcome("close()", 0, connection.client().close());
        long tookNs = scene.nowNs() - beforeNs;

        scene.expect().between("close() took", ONE_WAY.multipliedBy(2), Duration.ofMillis(4_500), tookNs);
        scene.expect().state(CLIENT, connection, FIN_WAIT2);
        scene.expect().state(SERVER, connection, CLOSE_WAIT);
        scene.expect().counter(CLIENT, "TcpOutRsts", 0);
    }

    private static void runsOut(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        scene.wire().loseAll(SegmentTrace::isFin);
        connection.client().linger(1);
        long beforeNs = scene.nowNs();
        scene.expect().outcome("close()", 0, connection.client().close());
        long tookNs = scene.nowNs() - beforeNs;

        scene.expect().between("close() took", Duration.ofMillis(990), Duration.ofMillis(3_000), tookNs);
        scene.expect().state(CLIENT, connection, FIN_WAIT1);
        scene.expect().state(SERVER, connection, ESTABLISHED);
        scene.expect().counter(CLIENT, "TcpOutRsts", 0);
        scene.wire().heal();
        scene.await(CLIENT, connection, FIN_WAIT2);
        scene.expect().outcome("the server's recv() when the wire is whole again", 0, connection.server().receive());
    }

    private static void closeWaitLeak(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        connection.client().close();
        scene.await(CLIENT, connection, FIN_WAIT2);
        long beganNs = scene.nowNs();
        scene.awaitClosed(CLIENT, connection);
        scene.expect().between("FIN_WAIT2 lasted", Duration.ofMillis(5_900), Duration.ofMillis(7_500), scene.nowNs() - beganNs);
        scene.expect().state(SERVER, connection, CLOSE_WAIT);
        long lateNs = scene.nowNs();
        connection.server().close();
        scene.awaitClosed(SERVER, connection);

        scene.expect().segmentsSince(lateNs, "server FIN ACK seq=1 ack=2", "client RST seq=2");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "CLOSED");
        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED");
        scene.expect().counter(CLIENT, "TcpExtTW", 1);
        scene.expect().counter(CLIENT, "TcpOutRsts", 1);
    }

    private static void halfClose(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        connection.client().shutdownWrite();
        scene.await(CLIENT, connection, FIN_WAIT2);
        scene.pause(Duration.ofSeconds(5));

        scene.expect().state(CLIENT, connection, FIN_WAIT2);
        scene.expect().state(SERVER, connection, CLOSE_WAIT);
        scene.expect().same("tw in the client's sockstat", 0, scene.client().sockStat().timeWait());
        scene.expect().counter(CLIENT, "TcpExtTW", 0);
    }

    private static void hidesInSockstat(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        connection.client().close();
        scene.await(CLIENT, connection, FIN_WAIT2);
        scene.expect().same("inuse in the client's sockstat", 0, scene.client().sockStat().inUse());
        scene.expect().same("tw in the client's sockstat", 1, scene.client().sockStat().timeWait());
        scene.expect().count(CLIENT, TIME_WAIT, 0);
        scene.expect().state(CLIENT, connection, FIN_WAIT2);
        scene.expect().state(SERVER, connection, CLOSE_WAIT);
        scene.expect().counter(CLIENT, "TcpExtTW", 1);
    }

    private static void wholeOrphan(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        connection.client().close();
        scene.await(CLIENT, connection, FIN_WAIT2);
        scene.expect().same("inuse in the client's sockstat", 1, scene.client().sockStat().inUse());
        scene.expect().same("tw in the client's sockstat", 0, scene.client().sockStat().timeWait());
        scene.expect().counter(CLIENT, "TcpExtTW", 0);
        scene.expect().state(CLIENT, connection, FIN_WAIT2);
        scene.expect().state(SERVER, connection, CLOSE_WAIT);
    }

    private static void negativeLinger2(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        connection.client().linger2(-1);
        connection.client().close();
        scene.awaitClosed(CLIENT, connection);
        scene.awaitClosed(SERVER, connection);

        scene.expect().segments(
                "client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1",
                "client FIN ACK seq=1 ack=1", "server ACK seq=1 ack=2", "client RST seq=2");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "CLOSED");
        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "CLOSED");
        scene.expect().outcome("the server's recv()", 0, connection.server().receive());
        scene.expect().counter(CLIENT, "TcpExtTCPAbortOnData", 1);
        scene.expect().counter(CLIENT, "TcpExtTW", 0);
    }
}
