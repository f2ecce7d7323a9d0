package dev.netchurn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.PlainSockets;
import dev.netchurn.privatenet.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parks sockets in every state and compares our count with that of {@code ss}, which reads the same kernel another way. */
@Timeout(60)
@InPrivateNamespace
class CensusAgainstSsIT {

    private static final int PORT = 9000;
    private static final int CROWDED_PORT = 9001;
    private static final int DEFERRING_PORT = 9002;
    private static final Set<Integer> PORTS = Set.of(PORT, CROWDED_PORT, DEFERRING_PORT);

    @ParameterizedTest(name = "listening on {0}, dialled as {1}")
    @CsvSource({"127.0.0.1,127.0.0.1", "::1,::1", "::,127.0.0.1"})
    void agreesWithSsInEveryState(String listening, String dialled) throws IOException, InterruptedException {
        InetAddress local = InetAddress.ofLiteral(listening);
        InetAddress target = InetAddress.ofLiteral(dialled);
        try (PlainSockets sockets = new PlainSockets();
                KernelObserver observer = new KernelObserver(
                        PORTS, CensusMode.FULL, Set.of(Side.CLIENT, Side.SERVER), new SystemClock())) {
            park(sockets, local, target);
            awaitDelayedAcks(observer);
            Programs.run("ip", "link", "set", "lo", "down");
            parkWhatNeedsSilence(sockets);

            KernelReading reading = observer.read();
            Map<Side, Map<TcpState, Long>> ss = censusOfSs();

            assertThat(reading.side(Side.CLIENT).sockets()).isEqualTo(ss.get(Side.CLIENT));
            assertThat(reading.side(Side.SERVER).sockets()).isEqualTo(ss.get(Side.SERVER));
            assertThat(reading.side(Side.CLIENT).sockets()).isEqualTo(Map.of(
                    TcpState.ESTABLISHED, 2L + 1 + 4, TcpState.FIN_WAIT2, 3L + 4 + 5, TcpState.TIME_WAIT, 6L,
                    TcpState.SYN_SENT, 3L, TcpState.FIN_WAIT1, 2L + 2));
            assertThat(reading.side(Side.SERVER).sockets()).isEqualTo(Map.of(
                    TcpState.LISTEN, 3L, TcpState.ESTABLISHED, 2L + 1 + 2, TcpState.CLOSE_WAIT, 3L + 4 + 5 - 2,
                    TcpState.LAST_ACK, 2L, TcpState.CLOSING, 2L, TcpState.SYN_RECV, 4L));
            assertThat(reading.side(Side.SERVER).unacceptedCloseWait()).isEqualTo(5);
        }
    }

    private final int[] finWait1 = new int[2];
    private final int[] lastAck = new int[2];

    private void park(PlainSockets sockets, InetAddress local, InetAddress target) {
        int listener = sockets.listen(local, PORT, 100);
        for (int i = 0; i < 6; i++) { // TIME_WAIT at the client
            int client = sockets.connect(target, PORT);
            int server = sockets.accept(listener);
            sockets.close(client);
            sockets.close(server);
        }
        for (int i = 0; i < 2; i++) { // ESTABLISHED on both sides
            sockets.connect(target, PORT);
            sockets.accept(listener);
        }
        for (int i = 0; i < 2; i++) { // becomes FIN_WAIT1 when the network is silent
            finWait1[i] = sockets.connect(target, PORT);
            sockets.accept(listener);
        }
        for (int i = 0; i < 3; i++) { // full FIN_WAIT2, CLOSE_WAIT accepted
            sockets.shutdownWrite(sockets.connect(target, PORT));
            lastAck[i % 2] = sockets.accept(listener);
        }
        for (int i = 0; i < 4; i++) { // FIN_WAIT2 as a mini, CLOSE_WAIT accepted
            int client = sockets.connect(target, PORT);
            sockets.accept(listener);
            sockets.close(client);
        }
        for (int i = 0; i < 2; i++) { // CLOSING: the server's FIN and the client's cross, and the client hears nothing
            int client = sockets.connect(target, PORT);
            int server = sockets.accept(listener);
            sockets.deafen(client);
            sockets.close(server);
            sockets.close(client);
        }
        for (int i = 0; i < 5; i++) { // FIN_WAIT2 as a mini, CLOSE_WAIT that nobody accepted
            sockets.close(sockets.connect(target, PORT));
        }
        sockets.listen(local, CROWDED_PORT, 0);
        sockets.connect(target, CROWDED_PORT); // fills the accept queue
        for (int i = 0; i < 3; i++) { // SYN_SENT
            sockets.startConnect(target, CROWDED_PORT);
        }
        int deferring = sockets.listen(local, DEFERRING_PORT, 100);
        sockets.deferAccept(deferring, 30);
        for (int i = 0; i < 4; i++) { // SYN_RECV at the server
            sockets.connect(target, DEFERRING_PORT);
        }
    }

    /** Until the FINs are acknowledged; the two clients that hear nothing never learn of it. */
    private static void awaitDelayedAcks(KernelObserver observer) throws InterruptedException {
        for (int i = 0; i < 2000 && observer.read().side(Side.CLIENT).in(TcpState.FIN_WAIT1) != 2; i++) {
            Thread.sleep(5);
        }
    }

    private void parkWhatNeedsSilence(PlainSockets sockets) {
        for (int i = 0; i < 2; i++) {
            sockets.close(finWait1[i]);
            sockets.close(lastAck[i]);
        }
    }

    private static Map<Side, Map<TcpState, Long>> censusOfSs() throws IOException, InterruptedException {
        Map<Side, Map<TcpState, Long>> census = new EnumMap<>(Side.class);
        census.put(Side.CLIENT, new EnumMap<>(TcpState.class));
        census.put(Side.SERVER, new EnumMap<>(TcpState.class));
        Programs.run("ss", "-tanH").lines().forEach(line -> {
            String[] words = line.trim().split("\\s+");
            Side side = PORTS.contains(port(words[3])) ? Side.SERVER : Side.CLIENT;
            census.get(side).merge(state(words[0]), 1L, Long::sum);
        });
        return census;
    }

    private static int port(String endpoint) {
        String port = endpoint.substring(endpoint.lastIndexOf(':') + 1);
        return port.equals("*") ? 0 : Integer.parseInt(port);
    }

    private static TcpState state(String word) {
        return switch (word) {
            case "ESTAB" -> TcpState.ESTABLISHED;
            case "FIN-WAIT-1" -> TcpState.FIN_WAIT1;
            case "FIN-WAIT-2" -> TcpState.FIN_WAIT2;
            case "UNCONN" -> TcpState.CLOSE;
            default -> TcpState.valueOf(word.replace('-', '_'));
        };
    }
}
