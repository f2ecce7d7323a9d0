package dev.netchurn.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ProcNetTest {

    private static final String SNMP = """
            Ip: Forwarding DefaultTTL
            Ip: 1 64
            Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens CurrEstab
            Tcp: 1 200 120000 -1 31 2 5
            """;
    private static final String NETSTAT = """
            TcpExt: SyncookiesSent TW TcpTimeoutRehash
            TcpExt: 0 8 2
            IpExt: InNoRoutes
            IpExt: 9
            """;

    @Test
    void namesCountersAsNstatDoes() {
        TcpCounters counters = new CounterTable().read(SNMP, NETSTAT).counters();

        assertThat(counters.values()).containsOnlyKeys(
                "TcpActiveOpens", "TcpPassiveOpens", "TcpExtSyncookiesSent", "TcpExtTW", "TcpExtTcpTimeoutRehash");
        assertThat(counters.get("TcpActiveOpens")).isEqualTo(31);
        assertThat(counters.get("TcpExtTW")).isEqualTo(8);
    }

    @Test
    void keepsTheGaugeApartFromTheCounters() {
        assertThat(new CounterTable().read(SNMP, NETSTAT).currentlyEstablished()).isEqualTo(5);
    }

    @Test
    void readsByNameWhateverTheOrder() {
        String swapped = "Tcp: PassiveOpens ActiveOpens\nTcp: 1 2\n";

        assertThat(new CounterTable().read(swapped, "").counters().get("TcpActiveOpens")).isEqualTo(2);
    }

    @Test
    void takesWhatIsThereFromATextThatWasCut() {
        assertThat(new CounterTable().read("Tcp: ActiveOpens PassiveOpens\nTcp: 3", "TcpExt: TW").counters().values())
                .containsOnlyKeys("TcpActiveOpens");
    }

    @Test
    void noticesThatTheNamesHaveChanged() {
        CounterTable table = new CounterTable();
        table.read(SNMP, NETSTAT);

        assertThat(table.read("Tcp: CurrEstab PassiveOpens\nTcp: 7 8\n", "").counters().values())
                .containsExactly(Map.entry("TcpPassiveOpens", 8L));
        assertThat(table.read(SNMP, NETSTAT)).isEqualTo(new CounterTable().read(SNMP, NETSTAT));
    }

    @Test
    void saysWhichWordIsNotANumber() {
        assertThatThrownBy(() -> new CounterTable().read("Tcp: ActiveOpens\nTcp: many\n", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'many'");
    }

    @Test
    void addsTheFamiliesOfSockstat() {
        SockStat stat = ProcNet.parseSockStat(
                "sockets: used 13\nTCP: inuse 1 orphan 2 tw 3 alloc 4 mem 222\nUDP: inuse 9 mem 0\n", "TCP6: inuse 5\n");

        assertThat(stat).isEqualTo(new SockStat(1, 5, 3, 2, 4, 222));
    }

    @Test
    void takesAMachineWithoutIpv6() {
        assertThat(ProcNet.parseSockStat("TCP: inuse 1 orphan 2 tw 3 alloc 4 mem 222\n", "").inUse6()).isZero();
    }

    @Test
    void reportsOnlyWhatMoved() {
        TcpCounters before = new CounterTable().read("Tcp: ActiveOpens PassiveOpens\nTcp: 3 4\n", "").counters();
        TcpCounters after = new CounterTable().read("Tcp: ActiveOpens PassiveOpens\nTcp: 5 4\n", "").counters();

        assertThat(after.since(before).values()).containsExactly(Map.entry("TcpActiveOpens", 2L));
    }
}
