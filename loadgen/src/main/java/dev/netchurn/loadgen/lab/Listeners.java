package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static dev.netchurn.kernel.TcpState.ESTABLISHED;
import static dev.netchurn.kernel.TcpState.TIME_WAIT;

import dev.netchurn.linux.Errno;
import java.util.ArrayList;
import java.util.List;

/** Who may have a server's port: after a restart, and several at a time. */
final class Listeners {

    private static final int CONNECTIONS = 20;

    private Listeners() {
    }

    static List<Phenomenon> all() {
        return List.of(
                new Phenomenon("restart-refused", "Restart without SO_REUSEADDR",
                        "A server that closed first cannot be restarted while TIME_WAIT holds its port, unless both it and its predecessor set SO_REUSEADDR.",
                        Stage.wire(), Listeners::restartRefused),
                new Phenomenon("restart-with-reuseaddr", "Restart with SO_REUSEADDR",
                        "With SO_REUSEADDR before and after the restart a listener binds over TIME_WAIT at once, but never beside a live listener.",
                        Stage.wire(), Listeners::restart),
                new Phenomenon("reuseport-split", "SO_REUSEPORT",
                        "Listeners with SO_REUSEPORT share a port: the kernel gives each connection to one of them, and closing one aborts what waits in its queue.",
                        Stage.wire(), scene -> reusePort(scene, false)),
                new Phenomenon("reuseport-migration", "tcp_migrate_req",
                        "With tcp_migrate_req=1 the connections of a listener that closes go to another one with SO_REUSEPORT, and no client notices.",
                        Stage.wire().serverSysctl("net.ipv4.tcp_migrate_req", "1"), scene -> reusePort(scene, true)));
    }

    private static void closeServerFirst(Scene scene, LabSocket listener) throws InterruptedException {
        Scene.Connection connection = scene.establish(listener);
        scene.await(SERVER, connection, ESTABLISHED);
        connection.server().close();
        scene.expect().outcome("the client's recv()", 0, connection.client().receive());
        connection.client().close();
        scene.await(SERVER, connection, TIME_WAIT);
        listener.close();
    }

    private static LabSocket plainListener(Scene scene) {
        LabSocket listener = scene.server().socket();
        scene.expect().outcome("bind() of the first server", 0, listener.bind(scene.server().address(), Scene.PORT));
        scene.expect().outcome("its listen()", 0, listener.listen(100));
        return listener;
    }

    private static void restartRefused(Scene scene) throws InterruptedException {
        closeServerFirst(scene, plainListener(scene));
        scene.expect().outcome("bind() without SO_REUSEADDR", -Errno.EADDRINUSE,
                scene.server().socket().bind(scene.server().address(), Scene.PORT));
        LabSocket with = scene.server().socket();
        with.reuseAddress();
        scene.expect().outcome("bind() with SO_REUSEADDR, which the first server had not set", -Errno.EADDRINUSE,
                with.bind(scene.server().address(), Scene.PORT));
        scene.expect().count(SERVER, TIME_WAIT, 1);
    }

    private static void restart(Scene scene) throws InterruptedException {
        closeServerFirst(scene, scene.server().listen(100));
        LabSocket next = scene.server().socket();
        next.reuseAddress();
        scene.expect().outcome("bind() of the second server", 0, next.bind(scene.server().address(), Scene.PORT));
        scene.expect().outcome("its listen()", 0, next.listen(100));
        scene.expect().count(SERVER, TIME_WAIT, 1);
        Scene.Connection connection = scene.establish(next);
        scene.await(SERVER, connection, ESTABLISHED);
        LabSocket beside = scene.server().socket();
        beside.reuseAddress();
        scene.expect().outcome("bind() beside the live listener", -Errno.EADDRINUSE,
                beside.bind(scene.server().address(), Scene.PORT));
    }

    private static void reusePort(Scene scene, boolean migrates) throws InterruptedException {
        LabSocket survivor = sharing(scene);
        LabSocket closing = sharing(scene);
        List<LabSocket> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(scene.client().connect());
        }
        scene.await("all of them in one of the two queues",
                () -> survivor.info().unacked() + closing.info().unacked() == CONNECTIONS);
        long moving = closing.info().unacked();
        scene.expect().between("connections in the queue of the one that closes", 1, CONNECTIONS - 1, moving);
        closing.close();
        if (migrates) {
            scene.expect().same("connections in the queue of the other", CONNECTIONS, survivor.info().unacked());
            scene.expect().counter(SERVER, "TcpExtTCPMigrateReqSuccess", moving);
            scene.expect().counter(SERVER, "TcpOutRsts", 0);
            scene.expect().count(CLIENT, ESTABLISHED, CONNECTIONS);
        } else {
            scene.await("the clients of the closed one aborted",
                    () -> scene.count(CLIENT, ESTABLISHED) == CONNECTIONS - moving);
            scene.expect().same("connections in the queue of the other", CONNECTIONS - moving, survivor.info().unacked());
            scene.expect().counter(SERVER, "TcpOutRsts", moving);
            scene.expect().counter(CLIENT, "TcpEstabResets", moving);
        }
    }

    private static LabSocket sharing(Scene scene) {
        LabSocket listener = scene.server().socket();
        listener.reusePort();
        scene.expect().outcome("bind() with SO_REUSEPORT", 0, listener.bind(scene.server().address(), Scene.PORT));
        scene.expect().outcome("listen()", 0, listener.listen(100));
        return listener;
    }
}
