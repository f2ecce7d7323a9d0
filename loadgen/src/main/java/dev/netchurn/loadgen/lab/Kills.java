package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.TIME_WAIT;

import dev.netchurn.linux.Errno;
import java.util.List;

/** What becomes of the connections of a process that is killed. */
final class Kills {

    /** Bash connects by itself, and what it then becomes keeps the socket and never reads. */
    private static final String SITTING_CLIENT = "exec 3<>/dev/tcp/%s/%d && exec sleep 30";

    private Kills() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("killed-client", "Killed client",
                        "kill -9 is no abort for TCP: the kernel closes the dead process's connection with a FIN, and TIME_WAIT stays behind.",
                        Stage.slowWire(), scene -> killed(scene, false)),
                new Phenomenon("killed-client-with-unread-data", "Killed client with unread data",
                        "A killed process that had not read everything takes its connection down with an RST.",
                        Stage.slowWire(), scene -> killed(scene, true)));
    }

    private static void killed(Scene scene, boolean unread) throws InterruptedException {
        LabSocket listener = scene.server().listen(10);
        Process program = scene.client().start("bash", "-c",
                SITTING_CLIENT.formatted(scene.server().address().getHostAddress(), Scene.PORT));
        try {
            LabSocket server = listener.accept();
            if (unread) {
                server.send(1);
                scene.await("the byte acknowledged", () -> scene.server().moved("TcpInSegs") >= 3);
            }
            long killNs = scene.nowNs();
            program.destroyForcibly().waitFor();
            scene.client().noted(killNs, server::clientPort, "kill -9", "0");
            scene.expect().outcome("the server's recv()", unread ? -Errno.ECONNRESET : 0, server.receive());
            server.close();
            judge(scene, unread, server.clientPort());
        } finally {
            program.destroyForcibly();
        }
    }

    private static void judge(Scene scene, boolean unread, int clientPort) throws InterruptedException {
        scene.await("the server's socket gone", () -> scene.state(SERVER, clientPort) == null);
        if (unread) {
            scene.expect().states(CLIENT, clientPort, "SYN_SENT", "ESTABLISHED", "CLOSED");
        } else {
            scene.await("TIME_WAIT", () -> scene.state(CLIENT, clientPort) == TIME_WAIT);
        }
        scene.expect().segmentCount("FINs of the client", unread ? 0 : 1, segment -> segment.isFin() && segment.isFrom(CLIENT));
        scene.expect().segmentCount("RSTs of the client", unread ? 1 : 0, segment -> segment.isRst() && segment.isFrom(CLIENT));
        scene.expect().counter(CLIENT, "TcpExtTCPAbortOnClose", unread ? 1 : 0);
        scene.expect().counter(CLIENT, "TcpExtTW", unread ? 0 : 1);
    }
}
