package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.ESTABLISHED;

import dev.netchurn.linux.Errno;
import java.util.List;

/** How a connection is torn down without a farewell. */
final class Aborts {

    private Aborts() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("linger-zero", "SO_LINGER 0",
                        "With SO_LINGER {1,0} close() is an abort: one RST, what was not sent is lost, the peer gets ECONNRESET, and nobody keeps TIME_WAIT.",
                        Stage.slowWire(), Aborts::lingerZero),
                new Phenomenon("unread-data", "Close with unread data",
                        "close() with a byte still unread sends an RST instead of a FIN, because data the peer thinks delivered was thrown away.",
                        Stage.slowWire(), Aborts::unreadData));
    }

    private static void lingerZero(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        connection.client().linger(0);
        connection.client().close();
        scene.expect().outcome("the server's recv()", -Errno.ECONNRESET, connection.server().receive());
        connection.server().close();
        scene.awaitClosed(SERVER, connection);

        scene.expect().segments(
                "client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1",
                "client RST ACK seq=1 ack=1");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "CLOSED");
        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED", "CLOSED");
        scene.expect().counter(CLIENT, "TcpExtTCPAbortOnData", 1);
        scene.expect().counter(CLIENT, "TcpOutRsts", 1);
        scene.expect().counter(CLIENT, "TcpExtTW", 0);
        scene.expect().counter(SERVER, "TcpEstabResets", 1);
        scene.expect().counter(SERVER, "TcpExtTW", 0);
    }

    private static void unreadData(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        connection.server().send(1);
        scene.await("the byte in the client's queue", () -> scene.client().moved("TcpInSegs") >= 2);
        connection.client().close();
        scene.expect().outcome("the server's recv()", -Errno.ECONNRESET, connection.server().receive());
        scene.awaitClosed(SERVER, connection);

        scene.expect().segmentCount("FINs sent", 0, SegmentTrace::isFin);
        scene.expect().segmentCount("RSTs of the client", 1, segment -> segment.isRst() && segment.isFrom(CLIENT));
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "CLOSED");
        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED", "CLOSED");
        scene.expect().counter(CLIENT, "TcpExtTCPAbortOnClose", 1);
        scene.expect().counter(CLIENT, "TcpExtTCPAbortOnData", 0);
        scene.expect().counter(CLIENT, "TcpExtTW", 0);
        scene.expect().counter(SERVER, "TcpExtTW", 0);
    }
}
