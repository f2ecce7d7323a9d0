package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.TcpState.ESTABLISHED;

import dev.netchurn.linux.Errno;
import java.util.ArrayList;
import java.util.List;

/** When a client that binds its address is given its port. */
final class Binds {

    private static final String RANGE = "net.ipv4.ip_local_port_range";
    private static final String TEN_PORTS = "40000 40009";
    private static final int TRIES = 24;

    private Binds() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("bind-early", "bind() before connect()",
                        "bind() to an address takes a port for all destinations: ten ports make ten connections, and then bind() fails with EADDRINUSE.",
                        Stage.wire().clientSysctl(RANGE, TEN_PORTS), Binds::early),
                new Phenomenon("bind-late", "IP_BIND_ADDRESS_NO_PORT",
                        "With IP_BIND_ADDRESS_NO_PORT the port is chosen at connect(), once per destination: ten ports and two destinations make twenty connections, and then connect() fails with EADDRNOTAVAIL.",
                        Stage.wire().clientSysctl(RANGE, TEN_PORTS), Binds::late));
    }

    private static void early(Scene scene) {
        scene.server().listen(Scene.PORT, 100);
        scene.server().listen(Scene.PORT + 1, 100);
        List<Integer> binds = new ArrayList<>();
        List<Integer> connects = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            LabSocket client = scene.client().socket();
            binds.add(client.bind(scene.client().address(), 0));
            if (binds.getLast() == 0) {
                connects.add(client.connect(scene.client().peerAddress(), Scene.PORT + i % 2));
            }
        }
        scene.expect().same("bind()s that succeeded", 10, count(binds, 0));
        scene.expect().same("bind()s with EADDRINUSE", 14, count(binds, -Errno.EADDRINUSE));
        scene.expect().same("connect()s that succeeded", 10, count(connects, 0));
        scene.expect().count(CLIENT, ESTABLISHED, 10);
    }

    private static void late(Scene scene) {
        scene.server().listen(Scene.PORT, 100);
        scene.server().listen(Scene.PORT + 1, 100);
        List<Integer> binds = new ArrayList<>();
        List<Integer> connects = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            LabSocket client = scene.client().socket();
            client.bindAddressNoPort();
            binds.add(client.bind(scene.client().address(), 0));
            connects.add(client.connect(scene.client().peerAddress(), Scene.PORT + i % 2));
        }
        scene.expect().same("bind()s that succeeded", TRIES, count(binds, 0));
        scene.expect().same("connect()s that succeeded", 20, count(connects, 0));
        scene.expect().same("connect()s with EADDRNOTAVAIL", 4, count(connects, -Errno.EADDRNOTAVAIL));
        scene.expect().count(CLIENT, ESTABLISHED, 20);
        // The kernel counts no connect() that found no port.
        scene.expect().counter(CLIENT, "TcpActiveOpens", 20);
    }

    private static long count(List<Integer> outcomes, int which) {
        return outcomes.stream().filter(outcome -> outcome == which).count();
    }
}
