package dev.netchurn.loadgen.lab;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.Side;
import dev.netchurn.linux.Errno;
import dev.netchurn.linux.PacketSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The line between the two namespaces: takes each frame from one end and hands it to the other, at once, after a delay, or
 * when the script says so, or loses it. So each segment is captured where it is sent, and both ends are looked at while it is
 * under way and after it has arrived. Needs no packet filter.
 *
 * <p>Scripts call it from their own thread; it has one thread per direction and one that delivers.
 */
public final class Wire implements AutoCloseable {

    private static final int HELD_AT_MOST = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration QUIET = Duration.ofMillis(20);

    private final PacketSocket clientLink;
    private final PacketSocket serverLink;
    private final Tape tape;
    private final StateWatch watch;
    private final NanoClock clock;
    private final DelayQueue<Passing> underWay = new DelayQueue<>();
    private final BlockingQueue<Passing> held = new ArrayBlockingQueue<>(HELD_AT_MOST);
    private final Queue<Passing> keptBack = new ConcurrentLinkedQueue<>();
    private final List<Few> losses = new CopyOnWriteArrayList<>();
    private final List<Few> detours = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger unfinished = new AtomicInteger();
    private volatile long lastMoveNs;
    private volatile long oneWayNs;
    private volatile boolean holding;
    private volatile boolean closed;

    /** Frames that are to be lost or kept back; counts down. */
    private static final class Few {
        private final Predicate<SegmentTrace> which;
        private int left;

        Few(Predicate<SegmentTrace> which, int left) {
            this.which = which;
            this.left = left;
        }

        synchronized boolean takes(SegmentTrace segment) {
            if (left == 0 || !which.test(segment)) {
                return false;
            }
            left--;
            return true;
        }
    }

    /** A frame on its way; frames of one direction keep their order. */
    private final class Passing implements Delayed {
        private final PacketSocket to;
        private final byte[] frame;
        private final SegmentTrace segment;
        private final long dueNs;

        Passing(PacketSocket to, byte[] frame, SegmentTrace segment, long dueNs) {
            this.to = to;
            this.frame = frame;
            this.segment = segment;
            this.dueNs = dueNs;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNs - clock.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(dueNs, ((Passing) other).dueNs);
        }
    }

    /** Starts to pass frames between two links; closes them with itself. */
    Wire(PacketSocket clientLink, PacketSocket serverLink, Tape tape, StateWatch watch, NanoClock clock, Duration oneWay) {
        this.clientLink = clientLink;
        this.serverLink = serverLink;
        this.tape = tape;
        this.watch = watch;
        this.clock = clock;
        oneWayNs = oneWay.toNanos();
        start("wire-from-client", () -> capture(Side.CLIENT, clientLink, serverLink));
        start("wire-from-server", () -> capture(Side.SERVER, serverLink, clientLink));
        start("wire-delivery", this::deliverWhenDue);
    }

    /** From now on each segment takes so long. */
    public void oneWay(Duration delay) {
        oneWayNs = delay.toNanos();
    }

    /** Loses the next {@code count} segments of a kind, as a network would: after they were sent, before TCP gets them. */
    public void lose(int count, Predicate<SegmentTrace> which) {
        losses.add(new Few(which, count));
    }

    /** Loses all segments of a kind until {@link #heal}. */
    public void loseAll(Predicate<SegmentTrace> which) {
        lose(Integer.MAX_VALUE, which);
    }

    /** Loses nothing any more. */
    public void heal() {
        losses.clear();
    }

    /** Keeps the next segment of a kind back, as a network with a slow path would, until {@link #release}. */
    public void keepBack(Predicate<SegmentTrace> which) {
        detours.add(new Few(which, 1));
    }

    /** Delivers what was kept back, on the calling thread. */
    public void release() {
        for (Passing next = keptBack.poll(); next != null; next = keptBack.poll()) {
            deliver(next);
        }
    }

    /** From now on segments wait until they are delivered one by one. */
    public void hold() {
        holding = true;
    }

    /** Waits until so many segments wait to be delivered: which of two comes first is otherwise up to two threads. */
    public void awaitHeld(int count) throws InterruptedException {
        long deadlineNs = clock.nanoTime() + PATIENCE.toNanos();
        while (held.size() < count) {
            if (clock.nanoTime() > deadlineNs) {
                throw SceneEnded.failed(held.size() + " instead of " + count + " segments wait to be delivered");
            }
            Thread.sleep(Duration.ofMillis(1));
        }
    }

    /** Hands over the segment that waits longest, on the calling thread: when this returns its receiver has processed it. */
    public SegmentTrace deliver() throws InterruptedException {
        Passing next = held.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw SceneEnded.failed("no segment came within " + PATIENCE.toSeconds() + " s for the script to deliver");
        }
        deliver(next);
        return next.segment;
    }

    /** Delivers what is held, and passes segments by itself again. */
    public void flow() {
        holding = false;
        for (Passing next = held.poll(); next != null; next = held.poll()) {
            deliver(next);
        }
    }

    /** Whether nothing is under way and nothing was for a while. */
    boolean isQuiet() {
        return unfinished.get() == 0 && clock.nanoTime() - lastMoveNs > QUIET.toNanos();
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        clientLink.close();
        serverLink.close();
    }

    private void start(String name, Runnable work) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(work));
    }

    private void capture(Side from, PacketSocket link, PacketSocket other) {
        while (!closed) {
            int length = link.receive();
            if (length == -Errno.EAGAIN || length == -Errno.EINTR || length >= 0 && link.isOutgoing()) {
                continue;
            }
            if (length < 0) {
                return;
            }
            long stampNs = link.stampNs();
            byte[] frame = link.frame(length);
            Optional<TcpFrame> tcp = TcpFrame.parse(frame, PacketSocket.VNET_HEADER);
            if (tcp.isPresent()) {
                take(from, other, frame, tcp.get(), stampNs);
            } else {
                other.send(frame);
            }
        }
    }

    private void take(Side from, PacketSocket other, byte[] frame, TcpFrame tcp, long stampNs) {
        SegmentTrace segment = tape.captured(from, tcp, stampNs);
        lastMoveNs = clock.nanoTime();
        watch.look();
        segment.senderIs(watch.text(from, segment.clientPort(), segment.serverPort()));
        if (losses.stream().anyMatch(loss -> loss.takes(segment))) {
            segment.drop();
            return;
        }
        Passing passing = new Passing(other, frame, segment, stampNs + oneWayNs);
        unfinished.incrementAndGet();
        if (detours.stream().anyMatch(detour -> detour.takes(segment))) {
            keptBack.add(passing);
        } else if (holding) {
            held.add(passing);
        } else if (oneWayNs == 0) {
            deliver(passing);
        } else {
            underWay.add(passing);
        }
    }

    private void deliverWhenDue() {
        try {
            while (!closed) {
                Passing next = underWay.take();
                watch.wasHeldUp(clock.nanoTime() - next.dueNs);
                deliver(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Passing passing) {
        SegmentTrace segment = passing.segment;
        segment.deliveredAt(tape.nowNs());
        segment.receiverIs(watch.afterwards(
                () -> passing.to.send(passing.frame), segment.to(), segment.clientPort(), segment.serverPort()));
        lastMoveNs = clock.nanoTime();
        unfinished.decrementAndGet();
    }
}
