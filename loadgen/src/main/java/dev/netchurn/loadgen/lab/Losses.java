package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.ESTABLISHED;
import static dev.netchurn.kernel.TcpState.FIN_WAIT2;
import static dev.netchurn.kernel.TcpState.LAST_ACK;
import static dev.netchurn.kernel.TcpState.TIME_WAIT;

import java.util.List;

/** What TCP does about segments that the network loses. */
final class Losses {

    private Losses() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("lost-final-ack", "Lost final ACK",
                        "When the last ACK is lost the FIN comes again, and only an end in TIME_WAIT can answer it: that is what TIME_WAIT is for.",
                        Stage.slowWire(), Losses::finalAck),
                new Phenomenon("lost-fin", "Lost FIN",
                        "When a server's FIN is lost it stays in LAST_ACK and sends it again, and the client waits in FIN_WAIT2 meanwhile.",
                        Stage.slowWire(), Losses::fin));
    }

    private static void finalAck(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        connection.client().close();
        scene.await(CLIENT, connection, FIN_WAIT2);
        scene.wire().lose(1, segment -> segment.isFrom(CLIENT) && segment.isPureAck());
        connection.server().close();
        scene.await(CLIENT, connection, TIME_WAIT);
        scene.expect().state(SERVER, connection, LAST_ACK);
        scene.awaitClosed(SERVER, connection);

        scene.expect().segments(
                "client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1",
                "client FIN ACK seq=1 ack=1", "server ACK seq=1 ack=2",
                "server FIN ACK seq=1 ack=2", "client ACK seq=2 ack=2 lost",
                "server FIN ACK seq=1 ack=2 again", "client ACK seq=2 ack=2");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT");
        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED");
        scene.expect().counter(SERVER, "TcpExtTCPLossProbes", 1);
        scene.expect().counter(SERVER, "TcpRetransSegs", 1);
    }

    private static void fin(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        connection.client().close();
        scene.await(CLIENT, connection, FIN_WAIT2);
        scene.wire().lose(1, segment -> segment.isFrom(SERVER) && segment.isFin());
        connection.server().close();
        scene.await("the loss", () -> scene.expect().segments().stream().anyMatch(SegmentTrace::isDropped));
        scene.expect().state(SERVER, connection, LAST_ACK);
        scene.expect().state(CLIENT, connection, FIN_WAIT2);
        scene.await(CLIENT, connection, TIME_WAIT);
        scene.awaitClosed(SERVER, connection);

        scene.expect().segments(
                "client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1",
                "client FIN ACK seq=1 ack=1", "server ACK seq=1 ack=2",
                "server FIN ACK seq=1 ack=2 lost", "server FIN ACK seq=1 ack=2 again", "client ACK seq=2 ack=2");
        scene.expect().counter(SERVER, "TcpExtTCPLossProbes", 1);
        scene.expect().counter(SERVER, "TcpExtTCPTimeouts", 0);
        scene.expect().counter(CLIENT, "TcpExtTW", 1);
    }
}
