package dev.netchurn.server;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.transport.Engine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lean loop of a target: system calls of our own, and an event loop for what has to be waited for. Connections are used
 * again, so a steady state allocates nothing.
 */
final class AcceptorLoop implements TargetLoop {

    private static final long MS = 1_000_000L;
    private static final long FIRST_PAUSE_NS = 10 * MS;
    private static final long LONGEST_PAUSE_NS = 100 * MS;
    private static final long CPU_PUBLISHED_EVERY_NS = 20 * MS;
    private static final long IDLE_WAIT_NS = 1000 * MS;
    private static final int RECEIVE_SPACE = 64 << 10;
    private static final int MOST_SENT_AT_ONCE = 256 << 10;

    private final NanoClock clock;
    private final Conduct conduct;
    private final Leaks leaks;
    private final LoopBooks books = new LoopBooks();
    private final AcceptTimes acceptTimes = new AcceptTimes();
    private final Syscalls syscalls = new Syscalls();
    private final Arena arena = Arena.ofConfined();
    private final TargetEvents events;
    private final MemorySegment received = arena.allocate(RECEIVE_SPACE);
    private final MemorySegment answer;
    /** What a request must be, byte by byte; null where nobody looks at it. */
    private final @Nullable MemorySegment expectedRequest;
    private final MemorySegment farewell;
    private final List<Listening> listeners = new ArrayList<>();
    private final ArrayDeque<ServerConnection> pool = new ArrayDeque<>(1024);
    private final DelayedCloses delayed = new DelayedCloses();
    private final DescriptorList keptOpen = new DescriptorList();

    private boolean paused;
    private long pauseNs = FIRST_PAUSE_NS;
    private long resumeNs;
    private boolean worked;
    private long cpuPublishedNs;

    private volatile boolean stopping;
    private volatile long cpuNs;

    AcceptorLoop(Engine engine, NanoClock clock, Conduct conduct, int[] listening) {
        this.clock = clock;
        this.conduct = conduct;
        this.leaks = new Leaks(conduct.leakedPerBillion());
        this.events = engine == Engine.IO_URING ? new RingEvents(syscalls, arena) : new EpollEvents(syscalls);
        if (conduct.exchange() instanceof Exchange.Literal(EscapedText payload, EscapedText expect)) {
            this.answer = arena.allocateFrom(ValueLayout.JAVA_BYTE, expect.bytes());
            this.expectedRequest = arena.allocateFrom(ValueLayout.JAVA_BYTE, payload.bytes());
        } else {
            this.answer = arena.allocate(Math.clamp(conduct.responseBytes(), 1, MOST_SENT_AT_ONCE));
            this.expectedRequest = null;
        }
        this.farewell = arena.allocate(Math.clamp(conduct.bytesAfterFin(), 1, MOST_SENT_AT_ONCE));
        for (int i = 0; i < listening.length; i++) {
            listeners.add(events.newListener(this, listening[i], i));
        }
    }

    @Override
    public void run() {
        if (conduct.accepts()) {
            listeners.forEach(Listening::resume);
        }
        while (!stopping) {
            try {
                turn();
            } catch (RuntimeException e) {
                books.loopFailed();
            }
        }
    }

    private void turn() {
        long nowNs = clock.nanoTime();
        closeDue(nowNs);
        if (paused && nowNs - resumeNs >= 0) {
            paused = false;
            listeners.forEach(Listening::resume);
        }
        if (worked && nowNs - cpuPublishedNs >= CPU_PUBLISHED_EVERY_NS) {
            worked = false;
            cpuPublishedNs = nowNs;
            cpuNs = syscalls.threadCpuNs();
        }
        if (events.loop().run(waitNs(nowNs)) > 0) {
            worked = true;
        }
    }

    private long waitNs(long nowNs) {
        long waitNs = worked ? CPU_PUBLISHED_EVERY_NS : IDLE_WAIT_NS;
        if (paused) {
            waitNs = Math.min(waitNs, resumeNs - nowNs);
        }
        if (!delayed.isEmpty()) {
            waitNs = Math.min(waitNs, delayed.waitNs(nowNs));
        }
        return Math.max(1, waitNs);
    }

    private void closeDue(long nowNs) {
        for (ServerConnection due = delayed.pollDue(nowNs); due != null; due = delayed.pollDue(nowNs)) {
            worked = true;
            due.closeNow();
        }
    }

    @Override
    public void stop() {
        stopping = true;
        events.loop().wakeup();
    }

    @Override
    public LoopBooks books() {
        return books;
    }

    @Override
    public long acceptedNs(long key, long sinceNs) {
        return events.tellsClients() ? acceptTimes.get(key, sinceNs) : AcceptTimes.UNKNOWN;
    }

    @Override
    public long cpuNs() {
        return cpuNs;
    }

    Conduct conduct() {
        return conduct;
    }

    boolean isPaused() {
        return paused;
    }

    /** accept(2), and the first steps of what it returned; the descriptor, or the negative errno. */
    int accept(int listeningFd, int endpoint) {
        int fd = syscalls.accept(listeningFd);
        if (fd >= 0) {
            acceptTimes.put(AcceptTimes.key(syscalls.peerAddressBits(), syscalls.peerPort(), endpoint), clock.nanoTime());
            accepted(fd);
        }
        return fd;
    }

    /** The first steps of a connection. */
    void accepted(int fd) {
        books.accepted();
        pauseNs = FIRST_PAUSE_NS;
        ServerConnection pooled = pool.pollLast();
        ServerConnection connection = pooled == null ? new ServerConnection(this) : pooled;
        connection.open(fd);
        connection.woken();
    }

    /** Lets all listeners rest for 10 ms, and twice as long each time it does not help, up to 100 ms. */
    void pauseAccepting() {
        paused = true;
        resumeNs = clock.nanoTime() + pauseNs;
        pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
        listeners.forEach(Listening::pause);
    }

    TargetEvents events() {
        return events;
    }

    /** recv(2) of at most {@code most} bytes, for {@link #isAsExpected} to look at or to be thrown away. */
    long receive(int fd, int most) {
        return syscalls.recv(fd, received, Math.min(most, RECEIVE_SPACE));
    }

    long peek(int fd) {
        return syscalls.peek(fd, received, RECEIVE_SPACE);
    }

    /** Whether the bytes received last are those of the request from an offset on. */
    boolean isAsExpected(int offset, long count) {
        MemorySegment expected = expectedRequest;
        return expected == null || MemorySegment.mismatch(received, 0, count, expected, offset, offset + count) < 0;
    }

    /** send(2) of at most {@code most} bytes of the answer, after so many that were sent before. */
    long send(int fd, int sentBefore, int most) {
        // A piece that means nothing is repeated; of a literal answer seldom anything but the beginning is left to send.
        MemorySegment rest = expectedRequest == null || sentBefore == 0 ? answer : answer.asSlice(sentBefore);
        return syscalls.send(fd, rest, Math.min(most, rest.byteSize()));
    }

    /** send(2) of at most {@code most} bytes that follow the client's FIN. */
    long sendAfterFin(int fd, int most) {
        return syscalls.send(fd, farewell, Math.min(most, farewell.byteSize()));
    }

    Leaks leaks() {
        return leaks;
    }

    void closeLater(ServerConnection connection) {
        delayed.add(connection, clock.nanoTime() + conduct.closeDelayNs());
    }

    void closeDescriptor(int fd) {
        syscalls.close(fd);
    }

    void keepOpen(int fd) {
        keptOpen.add(fd);
    }

    void recycle(ServerConnection connection) {
        pool.addLast(connection);
    }

    @Override
    public void close() {
        for (@Nullable ServerConnection late = delayed.poll(); late != null; late = delayed.poll()) {
            late.close();
        }
        while (!keptOpen.isEmpty()) {
            syscalls.close(keptOpen.removeLast());
        }
        events.close();
        listeners.forEach(Listening::close);
        cpuNs = syscalls.threadCpuNs();
        arena.close();
        syscalls.close();
    }
}
