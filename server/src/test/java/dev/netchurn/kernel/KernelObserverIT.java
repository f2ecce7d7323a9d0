package dev.netchurn.kernel;

import static dev.netchurn.kernel.NamespaceBooks.LOOPBACK;
import static dev.netchurn.kernel.NamespaceBooks.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.privatenet.InPrivateNamespace;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@InPrivateNamespace
class KernelObserverIT {

    private static final Set<Side> BOTH = Set.of(Side.CLIENT, Side.SERVER);

    private long nowNs;

    @Test
    void walksInAutoOnlyAfterAMultipleOfTheLastWalksCost() {
        try (KernelObserver observer = new KernelObserver(Set.of(PORT), CensusMode.AUTO, BOTH, () -> nowNs)) {
            assertThat(observer.read().walked()).isTrue();
            assertThat(observer.read().walked()).as("the first walk's cost is not typical").isTrue();
            assertThat(observer.read().walked()).isFalse();

            nowNs += Duration.ofHours(1).toNanos();
            KernelReading reading = observer.read();
            assertThat(reading.walked()).isTrue();
            assertThat(reading.walkAgeNs()).isZero();

            nowNs += 5;
            assertThat(observer.read().walkAgeNs()).isEqualTo(5);
        }
    }

    @Test
    void walksAtEveryReadingInFull() {
        try (KernelObserver observer = new KernelObserver(Set.of(PORT), CensusMode.FULL, BOTH, () -> nowNs)) {
            for (int i = 0; i < 3; i++) {
                assertThat(observer.read().walked()).isTrue();
            }
        }
    }

    @Test
    void neverWalksInCountsAndStillSeesTimeWaitAndEstablishedOfTheOnlySide() {
        try (NamespaceBooks books = new NamespaceBooks();
                KernelObserver observer =
                        new KernelObserver(Set.of(PORT), CensusMode.COUNTS, Set.of(Side.SERVER), () -> nowNs)) {
            int listener = books.sockets.listen(LOOPBACK, PORT, 100);
            books.closeClientFirst(books.pair(listener));
            books.pair(listener);

            KernelReading reading = observer.read();

            assertThat(reading.walked()).isFalse();
            assertThat(reading.walkAgeNs()).isEqualTo(KernelReading.NEVER_WALKED);
            assertThat(reading.timeWaitFromSockstat()).isTrue();
            assertThat(reading.side(Side.SERVER).in(TcpState.TIME_WAIT)).isEqualTo(1);
            // Both ends of the connection are in this namespace, which the observer was not told.
            assertThat(reading.side(Side.SERVER).in(TcpState.ESTABLISHED)).isEqualTo(2);
            assertThat(reading.side(Side.SERVER).in(TcpState.LISTEN)).isEqualTo(1);
            assertThat(observer.readFull().walked()).isTrue();
        }
    }

    @Test
    void seesEstablishedMoveBetweenWalksAndKeepsCloseWait() {
        try (NamespaceBooks books = new NamespaceBooks();
                KernelObserver observer = new KernelObserver(Set.of(PORT), CensusMode.AUTO, BOTH, () -> nowNs)) {
            int listener = books.sockets.listen(LOOPBACK, PORT, 100);
            books.pair(listener);
            books.sockets.close(books.pair(listener).client());
            observer.read();
            observer.read();
            books.pairs(listener, 3);

            KernelReading reading = observer.read();

            assertThat(reading.walked()).isFalse();
            assertThat(reading.side(Side.CLIENT).in(TcpState.ESTABLISHED)).isEqualTo(4);
            assertThat(reading.side(Side.SERVER).in(TcpState.ESTABLISHED)).isEqualTo(4);
            assertThat(reading.side(Side.SERVER).in(TcpState.CLOSE_WAIT)).isEqualTo(1);
        }
    }

    @Test
    void saysWhatAReadingCost() {
        try (KernelObserver observer = new KernelObserver(Set.of(PORT), CensusMode.FULL, BOTH, () -> nowNs)) {
            assertThat(observer.read().costNs()).isBetween(1L, Duration.ofSeconds(5).toNanos());
        }
    }
}
