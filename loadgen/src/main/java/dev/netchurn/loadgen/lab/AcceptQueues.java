package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.ESTABLISHED;
import static dev.netchurn.kernel.TcpState.SYN_RECV;
import static dev.netchurn.kernel.TcpState.SYN_SENT;

import dev.netchurn.linux.Errno;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What becomes of connections that the server's application does not accept in time. */
final class AcceptQueues {

    private AcceptQueues() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("accept-queue-full", "Full accept queue",
                        "A backlog of 1 holds two connections; the SYNs of all others are dropped silently, so their clients try again after 1 s, 2 s and 3 s.",
                        Stage.wire().lasting(Duration.ofSeconds(5)), AcceptQueues::full),
                new Phenomenon("phantom-connection", "Phantom connection",
                        "When the last ACK of a handshake meets a full accept queue it is ignored: the client is connected to a server that knows of no connection.",
                        Stage.wire().lasting(Duration.ofSeconds(3)), AcceptQueues::phantom),
                new Phenomenon("abort-on-overflow", "tcp_abort_on_overflow",
                        "With tcp_abort_on_overflow a last ACK that meets a full accept queue is answered with an RST; a SYN is dropped silently all the same.",
                        Stage.wire().serverSysctl("net.ipv4.tcp_abort_on_overflow", "1"), AcceptQueues::abortOnOverflow),
                new Phenomenon("defer-accept", "TCP_DEFER_ACCEPT",
                        "With TCP_DEFER_ACCEPT the server ignores the bare ACK: the client is connected, the server is not until the first byte comes.",
                        Stage.slowWire(), AcceptQueues::deferAccept),
                new Phenomenon("listener-closed", "Listener closed with connections waiting",
                        "Closing a listener aborts every connection in its accept queue: the clients were connected and get ECONNRESET.",
                        Stage.slowWire(), AcceptQueues::listenerClosed));
    }

    private static void full(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(1);
        scene.client().connect();
        scene.client().connect();
        scene.await("two connections in the accept queue", () -> listener.info().unacked() == 2);
        List<LabSocket> turnedAway = startConnects(scene, 2);
        scene.await("two SYNs turned away", () -> scene.server().moved("TcpExtListenOverflows") >= 2);
        scene.expect().count(CLIENT, ESTABLISHED, 2);
        scene.expect().count(CLIENT, SYN_SENT, 2);
        scene.expect().same("connections in the accept queue", 2, listener.info().unacked());
        scene.expect().same("the backlog as the kernel has it", 1, listener.info().sacked());
        scene.expect().segmentCount("RSTs", 0, SegmentTrace::isRst);

        scene.await("each of them tried again twice", () -> repeatedSyns(scene) == 4);
        accept(listener, 2);
        scene.await("a third attempt lets them in", () -> scene.count(CLIENT, ESTABLISHED) == 4);
        accept(listener, 2);

        for (LabSocket client : turnedAway) {
            int port = client.clientPort();
            List<Long> syns = scene.expect().segments().stream()
                    .filter(segment -> segment.isSyn() && segment.clientPort() == port).map(SegmentTrace::atNs).toList();
            scene.expect().same("SYNs of a client that was turned away", 4, syns.size());
            // tcp_syn_linear_timeouts: the first repetitions are 1 s apart since Linux 6.5, before they doubled.
            scene.expect().between("from its first SYN to the second", Duration.ofMillis(1000), Duration.ofMillis(1500),
                    syns.get(1) - syns.get(0));
            scene.expect().same("repetitions that TCP_INFO tells of", 3, client.info().totalRetrans());
        }
        scene.expect().counter(SERVER, "TcpExtListenOverflows", 6);
        scene.expect().counter(SERVER, "TcpExtListenDrops", 6);
        scene.expect().counter(CLIENT, "TcpExtTCPSynRetrans", 6);
    }

    private static long repeatedSyns(Scene scene) {
        return scene.expect().segments().stream().filter(segment -> segment.isSyn() && segment.isRetransmission()).count();
    }

    /** Two handshakes are held before their last ACK, so that the queue is full only when the second of them arrives. */
    private static List<LabSocket> overflowByTheLastAck(Scene scene, LabSocket listener) throws InterruptedException {
        LabSocket first = scene.client().connect();
        scene.await("one connection in the accept queue", () -> listener.info().unacked() == 1);
        scene.wire().hold();
        List<LabSocket> clients = new ArrayList<>(List.of(first));
        clients.addAll(startConnects(scene, 2));
        for (int segment = 0; segment < 6; segment++) {
            scene.wire().deliver();
        }
        return clients;
    }

    private static void phantom(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(1);
        overflowByTheLastAck(scene, listener);
        scene.expect().count(CLIENT, ESTABLISHED, 3);
        scene.expect().count(SERVER, ESTABLISHED, 2);
        scene.expect().count(SERVER, SYN_RECV, 1);
        scene.expect().counter(SERVER, "TcpExtListenOverflows", 1);
        scene.expect().counter(SERVER, "TcpPassiveOpens", 2);

        accept(listener, 2);
        scene.wire().flow();
        scene.await("the SYN-ACK again, and the phantom is no more", () -> scene.count(SERVER, ESTABLISHED) == 3);
        scene.expect().segmentCount("SYN-ACKs sent again", 1, segment -> segment.isSynAck() && segment.isRetransmission());
        scene.expect().counter(SERVER, "TcpPassiveOpens", 3);
        scene.expect().counter(SERVER, "TcpOutRsts", 0);
    }

    private static void abortOnOverflow(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(1);
        List<LabSocket> clients = overflowByTheLastAck(scene, listener);
        scene.wire().flow();
        scene.expect().outcome("the third client's recv()", -Errno.ECONNRESET, clients.get(2).receive());
        scene.expect().count(CLIENT, ESTABLISHED, 2);
        scene.expect().count(SERVER, ESTABLISHED, 2);
        scene.expect().count(SERVER, SYN_RECV, 0);
        scene.expect().counter(SERVER, "TcpExtListenOverflows", 1);
        scene.expect().counter(SERVER, "TcpExtEmbryonicRsts", 1);
        scene.expect().counter(SERVER, "TcpOutRsts", 1);

        scene.client().startConnect();
        scene.await("another SYN meets the full queue", () -> scene.server().moved("TcpExtListenOverflows") >= 2);
        scene.expect().count(CLIENT, SYN_SENT, 1);
        scene.expect().counter(SERVER, "TcpOutRsts", 1);
    }

    private static void deferAccept(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        listener.deferAccept(30);
        LabSocket client = scene.client().connect();
        scene.await("the bare ACK ignored", () -> scene.server().moved("TcpExtTCPDeferAcceptDrop") == 1);
        scene.expect().count(CLIENT, ESTABLISHED, 1);
        scene.expect().count(SERVER, ESTABLISHED, 0);
        scene.expect().count(SERVER, SYN_RECV, 1);
        client.send(1);
        LabSocket accepted = listener.accept();
        scene.expect().outcome("the server's first recv()", 1, accepted.receive());
        scene.expect().states(SERVER, client.clientPort(), "SYN_RECV", "ESTABLISHED");
        scene.expect().counter(SERVER, "TcpPassiveOpens", 1);
        scene.expect().segmentCount("SYN-ACKs sent again", 0, segment -> segment.isSynAck() && segment.isRetransmission());
    }

    private static void listenerClosed(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        List<LabSocket> clients = List.of(scene.client().connect(), scene.client().connect(), scene.client().connect());
        scene.await("three connections in the accept queue", () -> listener.info().unacked() == 3);
        listener.close();
        for (LabSocket client : clients) {
            scene.expect().outcome("a client's recv()", -Errno.ECONNRESET, client.receive());
        }
        scene.expect().segmentCount("RSTs of the server", 3, segment -> segment.isRst() && segment.isFrom(SERVER));
        scene.expect().counter(SERVER, "TcpOutRsts", 3);
        scene.expect().counter(SERVER, "TcpEstabResets", 3);
        scene.expect().counter(CLIENT, "TcpEstabResets", 3);
        scene.expect().counter(SERVER, "TcpExtTCPAbortOnClose", 0);
        scene.expect().counter(SERVER, "TcpExtTCPAbortOnData", 0);
    }

    private static List<LabSocket> startConnects(Scene scene, int count) {
        List<LabSocket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(scene.client().startConnect());
        }
        return clients;
    }

    private static void accept(LabSocket listener, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            listener.accept();
        }
    }
}
