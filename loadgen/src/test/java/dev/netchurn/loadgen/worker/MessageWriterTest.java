package dev.netchurn.loadgen.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MessageWriterTest {

    private static final int CAPACITY = 1024;

    private final Wire wire = new Wire();

    @Test
    void writesOneLinePerMessageInOrder() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MessageWriter writer = new MessageWriter(wire, out);
        writer.send(new Message.ArrivalsDone(1));
        writer.send(new Message.ArrivalsDone(2));
        writer.flush(10_000);
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).extracting(wire::message).containsExactly(new Message.ArrivalsDone(1), new Message.ArrivalsDone(2));
    }

    @Test
    void holdsNoMoreThanItsQueueWhileTheControllerDoesNotRead() throws InterruptedException {
        Frozen out = new Frozen();
        MessageWriter writer = new MessageWriter(wire, out);
        int more = 10;
        Thread sender = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < CAPACITY + more; i++) {
                writer.send(new Message.ArrivalsDone(i));
            }
        });
        // It may also wait for the queue's lock for a moment, so both are to be seen together.
        while (sender.getState() != Thread.State.WAITING || writer.depth() < CAPACITY) {
            Thread.onSpinWait();
        }
        assertThat(writer.depth()).isEqualTo(CAPACITY);
        out.thaw.countDown();
        sender.join();
        writer.flush(10_000);
        assertThat(out.written.toString(StandardCharsets.UTF_8).lines()).hasSize(CAPACITY + more);
    }

    @Test
    void doesNotHoldUpAWorkerWhoseControllerIsGone() {
        MessageWriter writer = new MessageWriter(wire, new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });
        for (int i = 0; i < 3 * CAPACITY; i++) {
            writer.send(new Message.ArrivalsDone(i));
        }
        writer.flush(10_000);
        assertThat(writer.depth()).isZero();
    }

    @Test
    void flushesNoLongerThanAllowed() {
        Frozen out = new Frozen();
        MessageWriter writer = new MessageWriter(wire, out);
        writer.send(new Message.ArrivalsDone(1));
        writer.flush(1);
        assertThat(out.written.size()).isZero();
        out.thaw.countDown();
    }

    /** Takes nothing before it thaws. */
    private static final class Frozen extends OutputStream {

        final CountDownLatch thaw = new CountDownLatch(1);
        final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(int b) throws IOException {
            try {
                thaw.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            written.write(b);
        }
    }
}
