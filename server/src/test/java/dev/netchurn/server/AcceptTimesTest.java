package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcceptTimesTest {

    private final AcceptTimes times = new AcceptTimes();

    @Test
    void findsTheAcceptSinceTheClientBegan() {
        long key = AcceptTimes.key(0x7f000001, 65535, 15);
        times.put(key, 5);
        times.put(key, 7);
        assertThat(times.get(key, 6)).isEqualTo(7);
        assertThat(times.get(key, 7)).isEqualTo(7);
    }

    @Test
    void doesNotTakeAnEarlierUserOfTheFourTupleForThisOne() {
        long key = AcceptTimes.key(0x7f000001, 40000, 0);
        times.put(key, 5);
        assertThat(times.get(key, 6)).isEqualTo(AcceptTimes.NOT_YET);
    }

    @Test
    void doesNotTakeALaterUserOfTheFourTupleForThisOne() {
        long key = AcceptTimes.key(0x7f000001, 40000, 0);
        times.put(key, 5);
        times.put(key, 1_000);
        assertThat(times.get(key, 4)).isEqualTo(AcceptTimes.UNKNOWN);
    }

    @Test
    void tellsFourTuplesApart() {
        times.put(AcceptTimes.key(0x7f000001, 40000, 0), 5);
        assertThat(times.get(AcceptTimes.key(0x7f000001, 40000, 1), 1)).isEqualTo(AcceptTimes.NOT_YET);
        assertThat(times.get(AcceptTimes.key(0x7f000001, 40001, 0), 1)).isEqualTo(AcceptTimes.NOT_YET);
        assertThat(times.get(AcceptTimes.key(0x7f000002, 40000, 0), 1)).isEqualTo(AcceptTimes.NOT_YET);
    }

    @Test
    void keepsKeysOfHighAddressesApartFromTheirPorts() {
        assertThat(AcceptTimes.key(0xffffffff, 1, 0)).isNotEqualTo(AcceptTimes.key(0xfffffffe, 1, 0));
        assertThat(AcceptTimes.key(0, 65535, 0)).isEqualTo(0xffff0000L);
    }

    @Test
    void saysThatItCannotTellWhereSlotsAreShared() {
        int found = 0;
        for (int port = 1024; port < 11024; port++) {
            times.put(AcceptTimes.key(0x0a000001, port, 0), port);
        }
        for (int port = 1024; port < 11024; port++) {
            long atNs = times.get(AcceptTimes.key(0x0a000001, port, 0), 1);
            assertThat(atNs).isIn((long) port, AcceptTimes.UNKNOWN);
            found += atNs == port ? 1 : 0;
        }
        assertThat(found).isGreaterThan(8_000);
    }
}
