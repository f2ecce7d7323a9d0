package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.lab.SequenceNumbers.Relative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SequenceNumbersTest {

    private static final int CONNECTION = 40000;
    private static final long CLIENT_ISN = 0xffff_fffeL;
    private static final long SERVER_ISN = 5_000;

    private final SequenceNumbers numbers = new SequenceNumbers();

    @Test
    void countsEachDirectionFromItsOwnSynAcrossTheWrapOfThe32Bits() {
        assertThat(next(CLIENT, TcpFrame.SYN, CLIENT_ISN, 0, 0)).isEqualTo(new Relative(0, -1, false));
        assertThat(next(SERVER, TcpFrame.SYN | TcpFrame.ACK, SERVER_ISN, CLIENT_ISN + 1, 0))
                .isEqualTo(new Relative(0, 1, false));
        assertThat(next(CLIENT, TcpFrame.ACK, CLIENT_ISN + 1, SERVER_ISN + 1, 0)).isEqualTo(new Relative(1, 1, false));
        assertThat(next(CLIENT, TcpFrame.ACK, CLIENT_ISN + 1, SERVER_ISN + 1, 10)).isEqualTo(new Relative(1, 1, false));
        assertThat(next(CLIENT, TcpFrame.FIN | TcpFrame.ACK, 9, SERVER_ISN + 1, 0)).isEqualTo(new Relative(11, 1, false));
        assertThat(next(SERVER, TcpFrame.ACK, SERVER_ISN + 1, 10, 0)).as("the FIN took one")
                .isEqualTo(new Relative(1, 12, false));
    }

    @Test
    void knowsARepetitionFromANewSegment() {
        next(CLIENT, TcpFrame.SYN, CLIENT_ISN, 0, 0);
        assertThat(next(CLIENT, TcpFrame.SYN, CLIENT_ISN, 0, 0).retransmission()).isTrue();
        next(SERVER, TcpFrame.SYN | TcpFrame.ACK, SERVER_ISN, CLIENT_ISN + 1, 0);
        assertThat(next(SERVER, TcpFrame.SYN | TcpFrame.ACK, SERVER_ISN, CLIENT_ISN + 1, 0).retransmission()).isTrue();
        assertThat(next(CLIENT, TcpFrame.ACK, CLIENT_ISN + 1, SERVER_ISN + 1, 0).retransmission()).isFalse();
        assertThat(next(CLIENT, TcpFrame.ACK, CLIENT_ISN + 1, SERVER_ISN + 1, 0).retransmission())
                .as("a bare ACK takes no number").isFalse();
    }

    @Test
    void beginsAnewWithANewConnectionOfTheSamePorts() {
        next(CLIENT, TcpFrame.SYN, 1_000, 0, 0);
        next(SERVER, TcpFrame.SYN | TcpFrame.ACK, 2_000, 1_001, 0);

        assertThat(next(CLIENT, TcpFrame.SYN, 9_000, 0, 0)).isEqualTo(new Relative(0, -1, false));
        assertThat(next(SERVER, TcpFrame.SYN | TcpFrame.ACK, 8_000, 9_001, 0)).isEqualTo(new Relative(0, 1, false));
    }

    @Test
    void keepsConnectionsApart() {
        next(CLIENT, TcpFrame.SYN, 1_000, 0, 0);
        assertThat(numbers.next(CONNECTION + 1, CLIENT, frame(TcpFrame.SYN, 7_777, 0, 0)))
                .isEqualTo(new Relative(0, -1, false));
        assertThat(next(CLIENT, TcpFrame.ACK, 1_001, 50, 3).sequence()).isEqualTo(1);
    }

    @Test
    void countsFromTheFirstNumberOfADirectionWhoseSynWasNotSeen() {
        next(CLIENT, TcpFrame.SYN, 1_000, 0, 0);
        assertThat(next(SERVER, TcpFrame.RST | TcpFrame.ACK, 0, 1_001, 0)).isEqualTo(new Relative(0, 1, false));
    }

    @Test
    void showsAProbeBeforeTheFirstNumberAsNegative() {
        next(CLIENT, TcpFrame.SYN, 1_000, 0, 0);
        assertThat(next(CLIENT, TcpFrame.ACK, 999, 1, 0).sequence()).isEqualTo(-1);
    }

    private Relative next(Side from, int flags, long sequence, long acknowledgement, int length) {
        return numbers.next(CONNECTION, from, frame(flags, sequence & 0xffff_ffffL, acknowledgement & 0xffff_ffffL, length));
    }

    private static TcpFrame frame(int flags, long sequence, long acknowledgement, int length) {
        return new TcpFrame(1, 2, sequence, acknowledgement, flags, length, null);
    }
}
