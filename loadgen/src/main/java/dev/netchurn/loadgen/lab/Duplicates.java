package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.ESTABLISHED;
import static dev.netchurn.kernel.TcpState.TIME_WAIT;

import java.util.List;

/** What a segment does that the network kept back until its connection was over: the other reason for TIME_WAIT. */
final class Duplicates {

    private static final int FIXED_PORT = 5000;
    private static final int OLD = 5;
    private static final int NEW = 3;

    private Duplicates() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("old-duplicate", "An old duplicate is kept out",
                        "A segment of a past connection that arrives in a new one of the same four-tuple is told by its old timestamp and dropped (PAWS).",
                        Stage.slowWire(), Duplicates::intoNewConnection),
                new Phenomenon("time-wait-assassination", "TIME_WAIT assassination",
                        "An old segment can end TIME_WAIT early: its acknowledgement meets no socket at the other end, and the RST that answers kills it.",
                        Stage.slowWire(), scene -> intoTimeWait(scene, false)),
                new Phenomenon("rfc1337", "tcp_rfc1337",
                        "With tcp_rfc1337=1 TIME_WAIT ignores the RST that would end it early.",
                        Stage.slowWire().clientSysctl("net.ipv4.tcp_rfc1337", "1"), scene -> intoTimeWait(scene, true)));
    }

    private static void intoNewConnection(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(100);
        Scene.Connection past = boundConnection(scene, listener);
        scene.wire().keepBack(segment -> segment.isFrom(CLIENT) && segment.length() == OLD);
        past.client().send(OLD);
        scene.expect().outcome("recv() of the repetition", OLD, past.server().receive());
        past.client().close();
        scene.expect().outcome("recv() of the FIN", 0, past.server().receive());
        past.server().close();
        scene.await(CLIENT, past, TIME_WAIT);
        scene.awaitClosed(SERVER, past);

        Scene.Connection present = boundConnection(scene, listener);
        scene.wire().release();
        scene.await("the old segment's arrival", () -> scene.server().moved("TcpExtPAWSEstab") == 1);
        present.client().send(NEW);
        scene.expect().outcome("recv() in the new connection", NEW, present.server().receive());
        scene.expect().same("the four-tuple", past.port(), present.port());
        scene.expect().counter(SERVER, "TcpExtPAWSEstab", 1);
        scene.expect().counter(SERVER, "TcpPassiveOpens", 2);
        scene.expect().counter(CLIENT, "TcpExtTWRecycled", 1);
    }

    private static Scene.Connection boundConnection(Scene scene, LabSocket listener) throws InterruptedException {
        LabSocket client = scene.client().socket();
        client.reuseAddress();
        client.bind(scene.client().address(), FIXED_PORT);
        client.connect();
        return new Scene.Connection(client, listener.accept());
    }

    private static void intoTimeWait(Scene scene, boolean survives) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        scene.wire().keepBack(segment -> segment.isFrom(SERVER) && segment.length() == OLD);
        connection.server().send(OLD);
        scene.expect().outcome("recv() of the repetition", OLD, connection.client().receive());
        connection.client().close();
        scene.expect().outcome("recv() of the FIN", 0, connection.server().receive());
        connection.server().close();
        scene.await(CLIENT, connection, TIME_WAIT);
        scene.awaitClosed(SERVER, connection);
        long lateNs = scene.nowNs();
        scene.wire().release();
        scene.await("the RST's arrival", () -> scene.expect().segments().stream()
                .anyMatch(segment -> segment.isRst() && segment.isDelivered()));

        scene.expect().segmentsSince(lateNs, "client ACK seq=2 ack=7", "server RST seq=7");
        if (survives) {
            scene.expect().state(CLIENT, connection, TIME_WAIT);
        } else {
            scene.expect().closed(CLIENT, connection);
        }
        scene.expect().counter(SERVER, "TcpOutRsts", 1);
        scene.expect().counter(CLIENT, "TcpExtTW", 1);
    }
}
