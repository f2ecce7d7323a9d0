package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.ESTABLISHED;

import dev.netchurn.linux.Errno;
import java.time.Duration;
import java.util.List;

/** Connections that do not come about, or with nobody, or whose data gets no answer. */
final class Refusals {

    private Refusals() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("refused", "Connection refused",
                        "A SYN to a port without a listener is answered with an RST, and connect() fails at once with ECONNREFUSED.",
                        Stage.slowWire(), Refusals::refused),
                new Phenomenon("blackholed-syn", "SYN into a black hole",
                        "A SYN that nobody answers is sent again after 1 s, and again; tcp_syn_retries decides when connect() gives up with ETIMEDOUT.",
                        Stage.wire().clientSysctl("net.ipv4.tcp_syn_retries", "1")
                                .clientSysctl("net.ipv4.tcp_syn_linear_timeouts", "1").lasting(Duration.ofSeconds(5)),
                        Refusals::blackhole),
                new Phenomenon("retransmission-ladder", "Data into a black hole",
                        "Data that nobody acknowledges is sent again with the waiting time doubled each time.",
                        // Without the tail loss probe, which would come before the ladder and is a tale of its own.
                        Stage.wire().clientSysctl("net.ipv4.tcp_early_retrans", "0").lasting(Duration.ofSeconds(5)),
                        Refusals::retransmissions),
                new Phenomenon("self-connect", "Connected to itself",
                        "connect() to a closed local port inside ip_local_port_range can be given that very port as its own, and then succeeds with itself.",
                        Stage.loopback().sysctl("net.ipv4.ip_local_port_range", "9000 9001"), Refusals::selfConnect));
    }

    private static void refused(Scene scene) {
        scene.expect().outcome("connect()", -Errno.ECONNREFUSED, scene.client().socket().connect());
        scene.expect().segments("client SYN seq=0", "server RST ACK seq=0 ack=1");
        scene.expect().counter(CLIENT, "TcpAttemptFails", 1);
        scene.expect().counter(SERVER, "TcpOutRsts", 1);
        scene.expect().counter(SERVER, "TcpPassiveOpens", 0);
    }

    private static void blackhole(Scene scene) {
        scene.server().listen(100);
        scene.wire().loseAll(SegmentTrace::isSyn);
        long startNs = scene.nowNs();
        LabSocket client = scene.client().socket();
        scene.expect().outcome("connect()", -Errno.ETIMEDOUT, client.connect());
        long tookNs = scene.nowNs() - startNs;

        // One retry of its own and one at linear distance: after 1 s and 2 s; then it waits for as long as the next would take.
        scene.expect().segments("client SYN seq=0 lost", "client SYN seq=0 again lost", "client SYN seq=0 again lost");
        scene.expect().between("until it gives up", Duration.ofMillis(3900), Duration.ofMillis(6000), tookNs);
        scene.expect().counter(CLIENT, "TcpExtTCPSynRetrans", 2);
        scene.expect().counter(CLIENT, "TcpExtTCPTimeouts", 3);
        scene.expect().counter(CLIENT, "TcpAttemptFails", 1);
        scene.expect().counter(CLIENT, "TcpExtTCPAbortOnTimeout", 1);
        scene.expect().counter(SERVER, "TcpInSegs", 0);
    }

    private static void retransmissions(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        scene.wire().loseAll(segment -> segment.isFrom(CLIENT) && segment.length() > 0);
        connection.client().send(1);
        scene.await("three repetitions", () -> sent(scene).size() == 4);
        List<Long> sent = sent(scene);
        for (int k = 2; k < sent.size(); k++) {
            long before = sent.get(k - 1) - sent.get(k - 2);
            scene.expect().between("wait " + k + " in percent of the one before", 185, 225,
                    100 * (sent.get(k) - sent.get(k - 1)) / before);
        }
        scene.expect().between("the first wait, tcp_rto_min_us and some round trips", Duration.ofMillis(190),
                Duration.ofMillis(500), sent.get(1) - sent.get(0));
        scene.wire().heal();
        scene.expect().outcome("the server's recv(), once the wire is whole", 1, connection.server().receive());
        scene.expect().state(CLIENT, connection, ESTABLISHED);
    }

    private static List<Long> sent(Scene scene) {
        return scene.expect().segments().stream().filter(segment -> segment.length() > 0).map(SegmentTrace::atNs).toList();
    }

    private static void selfConnect(Scene scene) {
        LabSocket client = scene.client().socket();
        scene.expect().outcome("connect() to a port where nobody listens", 0, client.connect());
        scene.expect().same("its own port", Scene.PORT, client.localPort());
        scene.expect().counter(CLIENT, "TcpActiveOpens", 1);
        scene.expect().counter(CLIENT, "TcpPassiveOpens", 0);
        scene.expect().counter(CLIENT, "TcpOutRsts", 0);
    }
}
