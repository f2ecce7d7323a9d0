package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.TIME_WAIT;

import dev.netchurn.linux.Errno;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** How a client runs out of local ports, and what helps. */
final class Ports {

    private static final String PORT_RANGE = "net.ipv4.ip_local_port_range";
    private static final String TEN_PORTS = "40000 40009";
    private static final int TEN = 10;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress OTHER_SOURCE = InetAddress.ofLiteral("127.0.0.2");

    private Ports() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("port-exhaustion", "Local ports run out",
                        "A client that closes first uses up one local port per minute and connection; then connect() fails at once with EADDRNOTAVAIL, and no counter tells.",
                        Stage.loopback().sysctl(PORT_RANGE, TEN_PORTS).sysctl("net.ipv4.tcp_tw_reuse", "0"),
                        Ports::exhaustion),
                new Phenomenon("port-exhaustion-cures", "What cures port exhaustion",
                        "A port is taken per four-tuple: another server port, another source address, or a server that closes first make connections possible again.",
                        Stage.loopback().sysctl(PORT_RANGE, TEN_PORTS).sysctl("net.ipv4.tcp_tw_reuse", "0"),
                        Ports::cures),
                new Phenomenon("abort-keeps-no-port", "An abort keeps no port",
                        "Closed with SO_LINGER 0 a connection leaves no TIME_WAIT, so ten ports serve any number of connections, at the price of lost data.",
                        Stage.loopback().sysctl(PORT_RANGE, TEN_PORTS).sysctl("net.ipv4.tcp_tw_reuse", "0"),
                        Ports::aborts),
                new Phenomenon("even-ports-first", "Even ports first",
                        "connect() tries every port of the parity of the range's lower end before the first of the other, so half of the range is a wall of its own.",
                        Stage.loopback().sysctl(PORT_RANGE, TEN_PORTS), Ports::evenFirst));
    }

    private static void exhaustion(Scene scene) throws InterruptedException {
        useUp(scene, scene.server().listen(100));
        for (int i = 1; i <= 5; i++) {
            scene.expect().outcome("connect() number " + (TEN + i), -Errno.EADDRNOTAVAIL, scene.client().socket().connect());
        }
        scene.expect().count(CLIENT, TIME_WAIT, TEN);
        scene.expect().counter(CLIENT, "TcpActiveOpens", TEN);
        scene.expect().counter(CLIENT, "TcpAttemptFails", 0);
        scene.expect().segmentCount("SYNs", TEN, SegmentTrace::isSyn);
    }

    private static void cures(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        useUp(scene, listener);
        scene.expect().outcome("connect() to the same server", -Errno.EADDRNOTAVAIL, scene.client().socket().connect());

        scene.server().listen(Scene.PORT + 1, 100);
        scene.expect().outcome("connect() to another port of the server", 0,
                scene.client().socket().connect(LOOPBACK, Scene.PORT + 1));

        LabSocket otherSource = scene.client().socket();
        otherSource.bindAddressNoPort();
        otherSource.bind(OTHER_SOURCE, 0);
        scene.expect().outcome("connect() from another address", 0, otherSource.connect());
        listener.accept().close();

        LabSocket serverFirst = scene.server().listen(Scene.PORT + 2, 100);
        int established = 0;
        for (int i = 0; i < 3 * TEN; i++) {
            LabSocket client = scene.client().socket();
            established += client.connect(LOOPBACK, Scene.PORT + 2) == 0 ? 1 : 0;
            serverFirst.accept().close();
            client.receive();
            client.close();
        }
        scene.expect().same("connections on ten ports when the server closes first", 3 * TEN, established);
    }

    private static void aborts(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        int established = 0;
        for (int i = 0; i < 3 * TEN; i++) {
            LabSocket client = scene.client().socket();
            client.linger(0);
            established += client.connect() == 0 ? 1 : 0;
            LabSocket server = listener.accept();
            client.close();
            server.receive();
            server.close();
        }
        scene.expect().same("connections on ten ports", 3 * TEN, established);
        scene.expect().count(CLIENT, TIME_WAIT, 0);
        scene.expect().counter(CLIENT, "TcpExtTCPAbortOnData", 3 * TEN);
        scene.expect().counter(CLIENT, "TcpExtTW", 0);
    }

    private static void evenFirst(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < TEN; i++) {
            ports.add(scene.establish(listener).port());
        }
        scene.expect().same("even ports among the first five", 5L,
                ports.stream().limit(5).filter(port -> port % 2 == 0).count());
        scene.expect().same("odd ports among the last five", 5L, ports.stream().skip(5).filter(port -> port % 2 == 1).count());
        scene.expect().same("different ports", 10L, ports.stream().distinct().count());
    }

    private static void useUp(Scene scene, LabSocket listener) throws InterruptedException {
        for (int i = 0; i < TEN; i++) {
            Scene.Connection connection = scene.establish(listener);
            connection.client().close();
            connection.server().receive();
            connection.server().close();
            scene.await(CLIENT, connection, TIME_WAIT);
            scene.awaitClosed(SERVER, connection);
        }
    }
}
