package dev.netchurn.loadgen.lab;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SockDiag;
import dev.netchurn.linux.NetlinkException;
import dev.netchurn.linux.NetworkNamespace;
import dev.netchurn.linux.PacketSocket;
import dev.netchurn.linux.RouteNetlink;
import dev.netchurn.loadgen.namespace.SysctlRefused;
import dev.netchurn.loadgen.namespace.Sysctls;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plays one phenomenon: makes its namespaces and links, rehearses so that no code is loaded while milliseconds count, plays the
 * script, and takes everything down. The process must be in a private namespace of its own, which becomes the place of the
 * wire. Used once, by one platform thread.
 */
public final class SceneRun implements AutoCloseable {

    private static final InetAddress CLIENT_ADDRESS = InetAddress.ofLiteral("10.77.0.1");
    private static final InetAddress SERVER_ADDRESS = InetAddress.ofLiteral("10.77.0.2");
    private static final InetAddress LOOPBACK_ADDRESS = InetAddress.ofLiteral("127.0.0.1");
    private static final int PREFIX = 24;
    private static final Duration RECEIVE_TIMEOUT = Duration.ofMillis(50);
    private static final int SEGMENTS_KEPT = 400;
    /** A walk of so small a table takes 30 µs. */
    private static final String TABLE_SIZE = "4096";
    /** What Linux derives from the size of the table (net/ipv4/tcp_ipv4.c:tcp_set_hashinfo). */
    private static final List<String> DERIVED = List.of("net.ipv4.tcp_max_tw_buckets", "net.ipv4.tcp_max_syn_backlog");
    private static final Map<String, String> NO_IPV6 =
            Map.of("net.ipv6.conf.all.disable_ipv6", "1", "net.ipv6.conf.default.disable_ipv6", "1");

    private final NanoClock clock;
    private final Phenomenon phenomenon;
    private final Sysctls sysctls = new Sysctls();
    private final Tape tape;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    public SceneRun(Phenomenon phenomenon, NanoClock clock) {
        this.phenomenon = phenomenon;
        this.clock = clock;
        tape = new Tape(clock);
    }

    /** Plays it; whatever goes wrong is part of the result. */
    public LabResult play() throws InterruptedException {
        try {
            Scene scene = switch (phenomenon.stage().kind()) {
                case WIRE -> onWire(phenomenon.stage());
                case LOOPBACK -> onLoopback();
            };
            scene.client().sysctls(phenomenon.stage().clientSysctls());
            scene.server().sysctls(phenomenon.stage().serverSysctls());
            return play(scene);
        } catch (SceneEnded ended) {
            return ended.isSkip() ? skipped(ended) : LabResult.broken(phenomenon, String.valueOf(ended.getMessage()));
        } catch (NetlinkException | IllegalStateException e) {
            return LabResult.broken(phenomenon, "the stage cannot be set: " + e.getMessage());
        }
    }

    private LabResult play(Scene scene) throws InterruptedException {
        rehearse(scene);
        scene.client().takeBaseline();
        scene.server().takeBaseline();
        scene.forgetHeldUp();
        tape.begin();
        try {
            phenomenon.script().play(scene);
        } catch (SceneEnded ended) {
            if (ended.isSkip()) {
                return skipped(ended);
            }
            scene.expect().failed(String.valueOf(ended.getMessage()));
        } catch (RuntimeException e) {
            scene.expect().failed(e.toString());
        }
        long durationNs = tape.nowNs();
        List<Segment> segments = tape.segments().stream().map(SegmentTrace::finished).toList();
        int kept = Math.min(segments.size(), SEGMENTS_KEPT);
        return LabResult.of(phenomenon, durationNs, scene.heldUpNs(), scene.expect().checks(), segments.subList(0, kept),
                segments.size() - kept, tape.states(), tape.calls());
    }

    private LabResult skipped(SceneEnded ended) {
        return LabResult.skipped(phenomenon, String.valueOf(ended.getMessage()));
    }

    /** Two machines with one link each, and both links' other ends here. */
    private Scene onWire(Stage stage) {
        NetworkNamespace clientPlace = newNamespace();
        NetworkNamespace serverPlace = newNamespace();
        write(NO_IPV6);
        PacketSocket clientLink;
        PacketSocket serverLink;
        try (RouteNetlink links = new RouteNetlink()) {
            links.createVethPair("wire-client", "eth0", clientPlace);
            links.createVethPair("wire-server", "eth0", serverPlace);
            address(clientPlace, CLIENT_ADDRESS);
            address(serverPlace, SERVER_ADDRESS);
            links.setUp("wire-client");
            links.setUp("wire-server");
            clientLink = new PacketSocket(links.indexOf("wire-client"), RECEIVE_TIMEOUT);
            serverLink = new PacketSocket(links.indexOf("wire-server"), RECEIVE_TIMEOUT);
        }
        StateWatch watch = opened(new StateWatch(
                tape, List.of(clientPlace.call(SockDiag::new), serverPlace.call(SockDiag::new)), Scene::isServerPort));
        Wire wire = opened(new Wire(clientLink, serverLink, tape, watch, clock, stage.oneWay()));
        End client = opened(new End(Side.CLIENT, clientPlace, CLIENT_ADDRESS, SERVER_ADDRESS, tape, watch));
        End server = opened(new End(Side.SERVER, serverPlace, SERVER_ADDRESS, CLIENT_ADDRESS, tape, watch));
        return new Scene(client, server, wire, tape, watch);
    }

    private Scene onLoopback() {
        NetworkNamespace place = newNamespace();
        PacketSocket link = place.call(() -> {
            try (RouteNetlink links = new RouteNetlink()) {
                return new PacketSocket(links.indexOf("lo"), RECEIVE_TIMEOUT);
            }
        });
        StateWatch watch = opened(new StateWatch(tape, List.of(place.call(SockDiag::new)), Scene::isServerPort));
        opened(new LoopbackCapture(link, tape, Scene::isServerPort));
        End client = opened(new End(Side.CLIENT, place, LOOPBACK_ADDRESS, LOOPBACK_ADDRESS, tape, watch));
        End server = opened(new End(Side.SERVER, place, LOOPBACK_ADDRESS, LOOPBACK_ADDRESS, tape, watch));
        return new Scene(client, server, null, tape, watch);
    }

    /** With kernel defaults, but a small table of its own where the kernel can give one. */
    private NetworkNamespace newNamespace() {
        if (sysctls.read("net.ipv4.tcp_child_ehash_entries").isPresent()) {
            write(Map.of("net.ipv4.tcp_child_ehash_entries", TABLE_SIZE));
        }
        NetworkNamespace place = opened(NetworkNamespace.create());
        DERIVED.forEach(key -> sysctls.read(key).ifPresent(value -> place.run(() -> write(Map.of(key, value)))));
        place.run(() -> {
            try (RouteNetlink links = new RouteNetlink()) {
                links.setUp("lo");
            }
        });
        return place;
    }

    private void address(NetworkNamespace place, InetAddress address) {
        place.run(() -> {
            write(NO_IPV6);
            try (RouteNetlink links = new RouteNetlink()) {
                links.addAddress("eth0", address, PREFIX);
                links.setUp("eth0");
            }
        });
    }

    /** A machine without IPv6 needs none of it switched off. */
    private void write(Map<String, String> settings) {
        settings.forEach((key, value) -> {
            if (sysctls.read(key).isPresent()) {
                try {
                    sysctls.write(key, value, Set.of());
                } catch (SysctlRefused refused) {
                    throw new IllegalStateException(refused.getMessage(), refused);
                }
            }
        });
    }

    /** One connection that leaves nothing behind: it loads the code, and the ends learn each other's link addresses. */
    private static void rehearse(Scene scene) throws InterruptedException {
        LabSocket listener = scene.server().listen(Scene.REHEARSAL_PORT, 1);
        LabSocket client = scene.client().socket();
        client.connect(scene.server().address(), Scene.REHEARSAL_PORT);
        LabSocket server = listener.accept();
        listener.close();
        @Nullable Wire wire = scene.hasWire() ? scene.wire() : null;
        if (wire != null) {
            wire.hold();
        }
        client.send(1);
        if (wire != null) {
            wire.deliver();
            wire.flow();
        }
        server.receive();
        client.linger(0);
        client.close();
        server.receive();
        server.close();
        scene.await("the end of the rehearsal", scene::isEmpty);
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                // The process ends right after this, and takes everything with it.
                continue;
            }
        }
    }
}
