package dev.netchurn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SockDiagReplyTest {

    private static final int SEQUENCE = 7;

    private record Seen(int family, int state, int localPort, int remotePort, long inode, int timer,
            long rqueue, long wqueue, long drops) {
    }

    private final List<Seen> seen = new ArrayList<>();

    @Test
    void readsEachSocketOfADatagram() {
        byte[] datagram = datagram(
                socket(18, SEQUENCE, 2, 6, 3, 40000, 9000, 0, 0, 0),
                socket(18, SEQUENCE, 10, 10, 0, 9000, 0, 4711, 3, 128));

        assertThat(visit(datagram)).isEqualTo(SockDiagReply.MORE);

        assertThat(seen).containsExactly(
                new Seen(2, 6, 40000, 9000, 0, 3, 0, 0, 0),
                new Seen(10, 10, 9000, 0, 4711, 0, 3, 128, 0));
    }

    @Test
    void readsTheDropsOfAListenerFromSkmeminfo() {
        byte[] listener = socket(18, SEQUENCE, 2, 10, 0, 9000, 0, 1, 0, 128);
        ByteBuffer message = ByteBuffer.allocate(88 + 8 + 40).order(ByteOrder.nativeOrder()).put(listener);
        // Another attribute of five bytes, padded to eight, comes first.
        message.putShort(88, (short) 5).putShort(90, (short) 8);
        message.putShort(96, (short) 40).putShort(98, (short) 7).putInt(100 + 8 * 4, 17);
        message.putInt(0, message.capacity());

        assertThat(visit(message.array())).isEqualTo(SockDiagReply.MORE);

        assertThat(seen).singleElement().extracting(Seen::drops).isEqualTo(17L);
    }

    @Test
    void endsAtDone() {
        assertThat(visit(datagram(socket(18, SEQUENCE, 2, 1, 0, 1, 2, 0, 0, 0), end(3, SEQUENCE, 0))))
                .isEqualTo(SockDiagReply.DONE);
        assertThat(seen).hasSize(1);
    }

    @Test
    void handsOutTheErrnoOfARefusalAndOfADumpThatEndedBadly() {
        assertThat(visit(end(2, SEQUENCE, -Errno.EBUSY))).isEqualTo(-Errno.EBUSY);
        assertThat(visit(end(3, SEQUENCE, -Errno.ENOMEM))).isEqualTo(-Errno.ENOMEM);
    }

    @Test
    void passesOverWhatBelongsToAnEarlierRequest() {
        assertThat(visit(datagram(socket(18, SEQUENCE - 1, 2, 1, 0, 1, 2, 0, 0, 0), end(3, SEQUENCE - 1, 0))))
                .isEqualTo(SockDiagReply.MORE);
        assertThat(seen).isEmpty();
    }

    @Test
    void refusesALengthThatIsLargerThanTheDatagramOrSmallerThanAHeader() {
        for (int lie : new int[] {-1, 0, 15, 89, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            byte[] message = socket(18, SEQUENCE, 2, 1, 0, 1, 2, 0, 0, 0);
            ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).putInt(0, lie);

            assertThat(visit(message)).as("length %d", lie).isEqualTo(-Errno.EBADMSG);
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void neverReadsBeyondTheDatagramWhateverIsInIt() {
        long seed = 20261120;
        Random random = new Random(seed);
        byte[] good = datagram(
                socket(18, SEQUENCE, 2, 6, 3, 1, 2, 0, 0, 0),
                socket(20, SEQUENCE, 2, 10, 0, 1, 2, 0, 0, 0),
                end(3, SEQUENCE, 0));
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int flips = random.nextInt(6); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            // A heap segment of exactly this size throws on any access beyond it.
            int outcome = visit(bytes);

            assertThat(outcome).as("seed %d, round %d", seed, round).isLessThanOrEqualTo(SockDiagReply.MORE);
        }
    }

    private int visit(byte[] datagram) {
        return SockDiagReply.visit(MemorySegment.ofArray(datagram), datagram.length, SEQUENCE,
                (family, state, localPort, remotePort, inode, timer, rqueue, wqueue, drops) -> seen
                        .add(new Seen(family, state, localPort, remotePort, inode, timer, rqueue, wqueue, drops)));
    }

    private static byte[] socket(int type, int sequence, int family, int state, int timer, int localPort, int remotePort,
            int inode, int rqueue, int wqueue) {
        ByteBuffer message = ByteBuffer.allocate(88).order(ByteOrder.nativeOrder());
        message.putInt(0, 88).putShort(4, (short) type).putInt(8, sequence);
        message.put(16, (byte) family).put(17, (byte) state).put(18, (byte) timer);
        message.putInt(72, rqueue).putInt(76, wqueue).putInt(84, inode);
        message.order(ByteOrder.BIG_ENDIAN).putShort(20, (short) localPort).putShort(22, (short) remotePort);
        return message.array();
    }

    private static byte[] end(int type, int sequence, int error) {
        return ByteBuffer.allocate(20).order(ByteOrder.nativeOrder())
                .putInt(0, 20).putShort(4, (short) type).putInt(8, sequence).putInt(16, error).array();
    }

    private static byte[] datagram(byte[]... messages) {
        int length = Arrays.stream(messages).mapToInt(message -> message.length).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        Arrays.stream(messages).forEach(all::put);
        return all.array();
    }
}
