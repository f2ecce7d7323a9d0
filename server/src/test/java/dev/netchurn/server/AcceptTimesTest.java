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
        times.put(key, 2_000);
        assertThat(times.get(key, 4)).isEqualTo(5);
        assertThat(times.get(key, 6)).isEqualTo(1_000);
    }

    /** As with an RST close, after which a port is free at once. */
    @Test
    void findsEveryUserOfAPortThatIsUsedHundredsOfTimes() {
        for (int i = 0; i < 30_000; i++) {
            times.put(AcceptTimes.key(0x0a000001, 1024 + i % 100, 0), 10 * i + 5);
        }
        for (int i = 0; i < 30_000; i++) {
            assertThat(times.get(AcceptTimes.key(0x0a000001, 1024 + i % 100, 0), 10 * i + 1)).isEqualTo(10 * i + 5);
        }
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
    void findsAllWhereHashesAreShared() {
        for (int port = 1024; port < 65_536; port++) {
            times.put(AcceptTimes.key(0x0a000001, port, 0), port);
        }
        for (int port = 1024; port < 65_536; port++) {
            assertThat(times.get(AcceptTimes.key(0x0a000001, port, 0), 1)).isEqualTo(port);
        }
    }

    @Test
    void saysThatItCannotTellWhatIsNoLongerInTheLog() {
        long early = AcceptTimes.key(0x0a000001, 1024, 0);
        long waiting = AcceptTimes.key(0x0a000001, 1025, 0);
        times.put(early, 10);
        times.put(waiting, 11);
        for (int i = 0; i < AcceptTimes.CAPACITY; i++) {
            times.put(AcceptTimes.key(0x0a000002, 1024 + i % 60_000, 0), 100 + i);
        }
        assertThat(times.get(early, 9)).isEqualTo(AcceptTimes.UNKNOWN);
        // Used before, begun anew just now, and waiting in the queue.
        assertThat(times.get(waiting, 100 + AcceptTimes.CAPACITY)).isEqualTo(AcceptTimes.NOT_YET);
    }

    @Test
    void boundsTheSearchWhereAllUseOnePort() {
        long key = AcceptTimes.key(0x0a000001, 1024, 0);
        for (int i = 1; i <= 2 * AcceptTimes.LONGEST_CHAIN; i++) {
            times.put(key, i);
        }
        assertThat(times.get(key, 1)).isEqualTo(AcceptTimes.UNKNOWN);
        assertThat(times.get(key, 2 * AcceptTimes.LONGEST_CHAIN - 100)).isEqualTo(2 * AcceptTimes.LONGEST_CHAIN - 100);
    }
}
