package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;

import java.util.List;

/** How a connection is born. */
final class Handshakes {

    private Handshakes() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("three-way-handshake", "Three-way handshake",
                        "Three segments open a connection, each SYN takes one sequence number, and each end gets there by its own states.",
                        Stage.slowWire(), Handshakes::threeWay));
    }

    private static void threeWay(Scene scene) throws InterruptedException {
        Scene.Connection connection = scene.establish();
        scene.expect().segments(
                "client SYN seq=0",
                "server SYN ACK seq=0 ack=1",
                "client ACK seq=1 ack=1");
        scene.expect().states(CLIENT, connection, "SYN_SENT", "ESTABLISHED");
        scene.expect().states(SERVER, connection, "SYN_RECV", "ESTABLISHED");
        scene.expect().counter(CLIENT, "TcpActiveOpens", 1);
        scene.expect().counter(CLIENT, "TcpPassiveOpens", 0);
        scene.expect().counter(SERVER, "TcpActiveOpens", 0);
        scene.expect().counter(SERVER, "TcpPassiveOpens", 1);
    }
}
