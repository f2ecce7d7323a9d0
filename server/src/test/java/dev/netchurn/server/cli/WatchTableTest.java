package dev.netchurn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class WatchTableTest {

    private static final Instant AT = Instant.parse("2026-11-20T12:00:01.5Z");

    private static WatchSample sample(boolean walked) {
        KernelReading reading = new KernelReading(
                0,
                Map.of(
                        Side.CLIENT, new SocketCensus(Map.of(TcpState.TIME_WAIT, 12L), 0),
                        Side.SERVER, new SocketCensus(Map.of(TcpState.CLOSE_WAIT, 5L, TcpState.LISTEN, 1L), 2)),
                walked, walked ? 0 : 3_000_000_000L, !walked, TcpCounters.NONE, new ListenQueue(2, 1, 3), 250_000);
        KernelView view =
                new KernelView(reading, Map.of(9000, new ListenQueue(2, 1, 3)), Map.of(), OptionalLong.empty(), 250_000);
        return new WatchSample(AT, 7_000_000_000L, view,
                new TcpCounters(Map.of("TcpExtTW", 12L, "TcpExtTCPPureAcks", 40L)));
    }

    @Test
    void showsARowPerSideAndState() {
        assertThat(new WatchTable(Set.of(9000)).of(sample(true)).lines()).contains(
                "12:00:01Z  ports 9000  watched for 7 s  reading cost 0.25 ms of CPU",
                "client  TIME_WAIT           12",
                "server  CLOSE_WAIT           5  (2 of them never accepted)",
                "server  LISTEN               1");
    }

    @Test
    void showsTheAcceptQueueOfEachPort() {
        assertThat(new WatchTable(Set.of(9000, 9001)).of(sample(true)).lines()).contains(
                "9000            2         1         3  full: further SYNs are dropped",
                "9001    nobody listens");
    }

    @Test
    void explainsCountersAndLeavesOutThoseThatSayNothingAboutConnections() {
        String text = new WatchTable(Set.of(9000)).of(sample(true));

        assertThat(text).contains("TcpExtTW                            12  a connection left a TIME_WAIT");
        assertThat(text).doesNotContain("TcpExtTCPPureAcks");
    }

    @Test
    void saysWhichNumbersAreOld() {
        assertThat(new WatchTable(Set.of(9000)).of(sample(false)))
                .contains("TIME_WAIT from sockstat  other states as of 3.0 s ago");
    }

    @Test
    void writesASampleAsOneLineOfJson() {
        assertThat(new WatchJson().of(sample(true))).isEqualTo("{\"schemaVersion\":1,\"at\":\"2026-11-20T12:00:01.500Z\","
                + "\"sinceStartNs\":7000000000,\"walked\":true,\"walkAgeNs\":0,\"timeWaitFromSockstat\":false,"
                + "\"census\":{\"client\":{\"TIME_WAIT\":12},\"server\":{\"CLOSE_WAIT\":5,\"LISTEN\":1}},"
                + "\"unacceptedCloseWait\":2,\"listenQueues\":{\"9000\":{\"length\":2,\"limit\":1,\"drops\":3}},"
                + "\"counters\":{\"TcpExtTCPPureAcks\":40,\"TcpExtTW\":12},\"costNs\":250000}");
    }
}
