package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class AcceptTimesTest {

    private final AcceptTimes times = new AcceptTimes();

    @Test
    void findsWhatWasPutLast() {
        long key = AcceptTimes.key(0x7f000001, 65535, 15);
        times.put(key, 5);
        times.put(key, 7);
        assertThat(times.get(key)).isEqualTo(7);
    }

    @Test
    void tellsFourTuplesApart() {
        times.put(AcceptTimes.key(0x7f000001, 40000, 0), 5);
        assertThat(times.get(AcceptTimes.key(0x7f000001, 40000, 1))).isEqualTo(AcceptTimes.UNKNOWN);
        assertThat(times.get(AcceptTimes.key(0x7f000001, 40001, 0))).isEqualTo(AcceptTimes.UNKNOWN);
        assertThat(times.get(AcceptTimes.key(0x7f000002, 40000, 0))).isEqualTo(AcceptTimes.UNKNOWN);
    }

    @Test
    void keepsKeysOfHighAddressesApartFromTheirPorts() {
        assertThat(AcceptTimes.key(0xffffffff, 1, 0)).isNotEqualTo(AcceptTimes.key(0xfffffffe, 1, 0));
        assertThat(AcceptTimes.key(0, 65535, 0)).isEqualTo(0xffff0000L);
    }

    @Test
    void forgetsOnlyWhatSharesASlot() {
        int found = 0;
        for (int port = 1024; port < 11024; port++) {
            times.put(AcceptTimes.key(0x0a000001, port, 0), port);
        }
        for (int port = 1024; port < 11024; port++) {
            long atNs = times.get(AcceptTimes.key(0x0a000001, port, 0));
            assertThat(atNs).isIn((long) port, AcceptTimes.UNKNOWN);
            found += atNs == port ? 1 : 0;
        }
        assertThat(found).isGreaterThan(8_000);
    }

    @Test
    void foldsAnIpv6AddressToItsEnd() {
        assertThat(AcceptTimes.addressBits(InetAddress.ofLiteral("10.1.2.255"))).isEqualTo(0x0a0102ff);
        assertThat(AcceptTimes.addressBits(InetAddress.ofLiteral("fd00::102:304"))).isEqualTo(0x01020304);
    }
}
