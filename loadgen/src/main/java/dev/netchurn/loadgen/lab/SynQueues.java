package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.ESTABLISHED;
import static dev.netchurn.kernel.TcpState.SYN_RECV;
import static dev.netchurn.kernel.TcpState.SYN_SENT;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a listener does with handshakes that are not finished; the wire loses their last ACK, as a flood of SYNs would. */
final class SynQueues {

    private static final String SYNCOOKIES = "net.ipv4.tcp_syncookies";

    private SynQueues() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("syn-queue-full", "Full SYN queue without syncookies",
                        "A backlog of 3 holds four unfinished handshakes; without syncookies further SYNs are dropped.",
                        Stage.wire().serverSysctl(SYNCOOKIES, "0"), SynQueues::fullWithoutCookies),
                new Phenomenon("syncookies-on-demand", "tcp_syncookies 1",
                        "With tcp_syncookies=1 a full SYN queue answers with a cookie and remembers nothing; who sends it back is let in.",
                        Stage.wire().serverSysctl(SYNCOOKIES, "1").lasting(Duration.ofSeconds(3)), SynQueues::cookiesOnDemand),
                new Phenomenon("syncookies-always", "tcp_syncookies 2",
                        "With tcp_syncookies=2 every SYN is answered with a cookie, so the server has no state at all until the last ACK.",
                        Stage.slowWire().serverSysctl(SYNCOOKIES, "2"), SynQueues::cookiesAlways),
                new Phenomenon("max-syn-backlog", "tcp_max_syn_backlog",
                        "tcp_max_syn_backlog acts only without syncookies: of 8, seven are given to peers that are not known yet, however large the backlog.",
                        Stage.wire().serverSysctl(SYNCOOKIES, "0").serverSysctl("net.ipv4.tcp_max_syn_backlog", "8"),
                        SynQueues::unprovenPeers),
                new Phenomenon("syn-ack-ladder", "SYN-ACK again and again",
                        "A server whose SYN-ACK seems lost sends it again after 1 s, 2 s more and so on, tcp_synack_retries times, and then forgets the connection.",
                        Stage.wire().serverSysctl("net.ipv4.tcp_synack_retries", "2").lasting(Duration.ofSeconds(8)),
                        SynQueues::synAckLadder));
    }

    private static List<LabSocket> unfinished(Scene scene, int count) {
        scene.wire().loseAll(segment -> segment.isFrom(CLIENT) && segment.isPureAck());
        List<LabSocket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(scene.client().startConnect());
        }
        return clients;
    }

    private static void fullWithoutCookies(Scene scene) throws InterruptedException {
        scene.server().listen(3);
        unfinished(scene, 8);
        scene.await("four clients that think they are connected", () -> scene.count(CLIENT, ESTABLISHED) == 4
                && scene.server().moved("TcpExtTCPReqQFullDrop") >= 4);
        scene.expect().count(SERVER, SYN_RECV, 4);
        scene.expect().count(CLIENT, SYN_SENT, 4);
        scene.expect().counter(SERVER, "TcpExtTCPReqQFullDrop", 4);
        scene.expect().counter(SERVER, "TcpExtListenDrops", 4);
        scene.expect().counter(SERVER, "TcpExtSyncookiesSent", 0);
    }

    private static void cookiesOnDemand(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(3);
        List<LabSocket> clients = unfinished(scene, 8);
        scene.await("eight clients that think they are connected", () -> scene.count(CLIENT, ESTABLISHED) == 8);
        scene.expect().count(SERVER, SYN_RECV, 4);
        scene.expect().counter(SERVER, "TcpExtTCPReqQFullDoCookies", 4);
        scene.expect().counter(SERVER, "TcpExtSyncookiesSent", 4);
        scene.expect().counter(SERVER, "TcpPassiveOpens", 0);

        scene.wire().heal();
        // What each of them sends carries the acknowledgement, and with it the cookie. Four at a time, for so many has the
        // accept queue room; a cookie that meets a full one would have to be sent again.
        for (List<LabSocket> four : List.of(clients.subList(0, 4), clients.subList(4, 8))) {
            four.forEach(client -> client.send(1));
            for (int i = 0; i < four.size(); i++) {
                listener.accept();
            }
        }
        scene.expect().count(SERVER, ESTABLISHED, 8);
        scene.expect().counter(SERVER, "TcpExtSyncookiesRecv", 4);
        scene.expect().counter(SERVER, "TcpExtSyncookiesFailed", 0);
        scene.expect().counter(SERVER, "TcpPassiveOpens", 8);
    }

    private static void cookiesAlways(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        scene.expect().segments("client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED");
        scene.expect().states(SERVER, connection, "ESTABLISHED");
        scene.expect().counter(SERVER, "TcpExtSyncookiesSent", 1);
        scene.expect().counter(SERVER, "TcpExtSyncookiesRecv", 1);
        scene.expect().counter(SERVER, "TcpPassiveOpens", 1);
    }

    private static void unprovenPeers(Scene scene) throws InterruptedException {
        scene.server().listen(100);
        unfinished(scene, 12);
        scene.await("seven clients that think they are connected", () -> scene.count(CLIENT, ESTABLISHED) == 7
                && scene.server().moved("TcpExtListenDrops") >= 5);
        scene.expect().count(SERVER, SYN_RECV, 7);
        scene.expect().count(CLIENT, SYN_SENT, 5);
        scene.expect().counter(SERVER, "TcpExtListenDrops", 5);
        scene.expect().counter(SERVER, "TcpExtTCPReqQFullDrop", 0);
    }

    private static void synAckLadder(Scene scene) throws InterruptedException {
        scene.server().listen(100);
        LabSocket client = unfinished(scene, 1).getFirst();
        scene.await("the server's half of the handshake", () -> scene.count(SERVER, SYN_RECV) == 1);
        scene.await("the server forgets it", () -> scene.count(SERVER, SYN_RECV) == 0);
        List<Long> sent = scene.expect().segments().stream()
                .filter(SegmentTrace::isSynAck).map(SegmentTrace::atNs).toList();
        scene.expect().same("SYN-ACKs", 3, sent.size());
        scene.expect().between("from the first to the second", Duration.ofMillis(990), Duration.ofMillis(1500),
                sent.get(1) - sent.get(0));
        scene.expect().between("from the second to the third", Duration.ofMillis(1900), Duration.ofMillis(2500),
                sent.get(2) - sent.get(1));
        scene.expect().states(SERVER, client.clientPort(), "SYN_RECV", "CLOSED");
        scene.expect().states(CLIENT, client.clientPort(), "SYN_SENT", "ESTABLISHED");
        scene.expect().counter(SERVER, "TcpExtTCPSynRetrans", 2);
        scene.expect().counter(SERVER, "TcpPassiveOpens", 0);
    }
}
