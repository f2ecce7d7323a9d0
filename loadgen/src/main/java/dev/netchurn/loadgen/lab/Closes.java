package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.CLOSE_WAIT;
import static dev.netchurn.kernel.TcpState.ESTABLISHED;
import static dev.netchurn.kernel.TcpState.FIN_WAIT2;
import static dev.netchurn.kernel.TcpState.TIME_WAIT;

import dev.netchurn.linux.Errno;
import java.time.Duration;
import java.util.List;

/** How a connection ends when both ends take part. */
final class Closes {

    private Closes() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("four-segment-close", "Four-segment close",
                        "Each direction is closed by a FIN of its own, which takes one sequence number, and whoever sends the first keeps TIME_WAIT.",
                        Stage.slowWire(), Closes::fourSegments),
                new Phenomenon("three-segment-close", "Three-segment close",
                        "A server that closes at once sends its FIN in the same segment as the acknowledgement that the kernel was about to delay.",
                        Stage.slowWire(), Closes::threeSegments),
                new Phenomenon("half-close", "Half-close",
                        "shutdown(SHUT_WR) closes one direction only: the other still carries data after the FIN.",
                        Stage.slowWire(), Closes::halfClose),
                new Phenomenon("simultaneous-close", "Simultaneous close",
                        "When both FINs cross on the wire, both ends pass through CLOSING and both keep TIME_WAIT.",
                        Stage.slowWire(), Closes::simultaneous),
                new Phenomenon("server-closes-first", "Server closes first",
                        "TIME_WAIT stays with whoever closes first, so a server that closes first collects it and its clients do not.",
                        Stage.slowWire(), Closes::serverFirst));
    }

    private static void fourSegments(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        connection.client().close();
        scene.await(CLIENT, connection, FIN_WAIT2);
        scene.await(SERVER, connection, CLOSE_WAIT);
        scene.expect().outcome("the server's recv()", 0, connection.server().receive());
        connection.server().close();
        scene.await(CLIENT, connection, TIME_WAIT);
        scene.awaitClosed(SERVER, connection);

        scene.expect().segments(
                "client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1",
                "client FIN ACK seq=1 ack=1", "server ACK seq=1 ack=2",
                "server FIN ACK seq=1 ack=2", "client ACK seq=2 ack=2");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT");
        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED");
        scene.expect().counter(SERVER, "TcpExtDelayedACKs", 1);
        scene.expect().counter(CLIENT, "TcpExtTW", 1);
        scene.expect().counter(SERVER, "TcpExtTW", 0);
    }

    /** Held by hand: the server's close() follows the FIN's delivery on the same thread, long before the delayed ACK. */
    private static void threeSegments(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.wire().hold();
        connection.client().close();
        scene.wire().deliver();
        connection.server().close();
        scene.wire().deliver();
        scene.wire().deliver();
        scene.await(CLIENT, connection, TIME_WAIT);
        scene.awaitClosed(SERVER, connection);

        scene.expect().segments(
                "client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1",
                "client FIN ACK seq=1 ack=1", "server FIN ACK seq=1 ack=2", "client ACK seq=2 ack=2");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "TIME_WAIT");
        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED");
        scene.expect().counter(SERVER, "TcpExtDelayedACKs", 0);
        scene.expect().counter(CLIENT, "TcpExtTW", 1);
    }

    private static void halfClose(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        connection.client().shutdownWrite();
        scene.await(CLIENT, connection, FIN_WAIT2);
        scene.expect().outcome("the server's recv()", 0, connection.server().receive());
        connection.server().send(5);
        scene.expect().outcome("the client's recv() after its own FIN", 5, connection.client().receive());
        scene.expect().outcome("the client's send() after its own FIN", -Errno.EPIPE, connection.client().send(1));
        scene.expect().state(CLIENT, connection, FIN_WAIT2);
        scene.expect().state(SERVER, connection, CLOSE_WAIT);
        scene.pause(Duration.ofMillis(100));
        connection.server().close();
        scene.expect().outcome("the client's recv() at the server's FIN", 0, connection.client().receive());
        scene.await(CLIENT, connection, TIME_WAIT);
        scene.awaitClosed(SERVER, connection);

        scene.expect().segments(
                "client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1",
                "client FIN ACK seq=1 ack=1", "server ACK seq=1 ack=2",
                "server PSH ACK seq=1 ack=2 length=5", "client ACK seq=2 ack=6",
                "server FIN ACK seq=6 ack=2", "client ACK seq=2 ack=7");
        scene.expect().counter(CLIENT, "TcpExtTW", 1);
    }

    private static void simultaneous(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        scene.wire().hold();
        connection.client().close();
        scene.wire().awaitHeld(1);
        connection.server().close();
        for (int i = 0; i < 4; i++) {
            scene.wire().awaitHeld(Math.min(2, 4 - i));
            scene.wire().deliver();
        }
        scene.await(CLIENT, connection, TIME_WAIT);
        scene.await(SERVER, connection, TIME_WAIT);

        scene.expect().segments(
                "client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1",
                "client FIN ACK seq=1 ack=1", "server FIN ACK seq=1 ack=1",
                "server ACK seq=2 ack=2", "client ACK seq=2 ack=2");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "CLOSING", "TIME_WAIT");
        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED", "FIN_WAIT1", "CLOSING", "TIME_WAIT");
        scene.expect().counter(CLIENT, "TcpExtTW", 1);
        scene.expect().counter(SERVER, "TcpExtTW", 1);
    }

    private static void serverFirst(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.await(SERVER, connection, ESTABLISHED);
        connection.server().close();
        scene.await(SERVER, connection, FIN_WAIT2);
        scene.expect().outcome("the client's recv()", 0, connection.client().receive());
        connection.client().close();
        scene.await(SERVER, connection, TIME_WAIT);
        scene.awaitClosed(CLIENT, connection);

        scene.expect().segments(
                "client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1",
                "server FIN ACK seq=1 ack=1", "client ACK seq=1 ack=2",
                "client FIN ACK seq=1 ack=2", "server ACK seq=2 ack=2");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED");
        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT");
        scene.expect().counter(CLIENT, "TcpExtTW", 0);
        scene.expect().counter(SERVER, "TcpExtTW", 1);
    }
}
