package dev.netchurn.loadgen.worker;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.linux.Confinement;
import dev.netchurn.linux.Processors;
import dev.netchurn.linux.Syscalls;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes a worker's snapshots, on a thread of its own that never touches an event loop: at each tick, and whenever the
 * controller asks. The kernel observer and the role's snapshots belong to this thread.
 */
final class Observer implements AutoCloseable {

    /** The end of the arrivals is noticed late by at most this share of the time that has passed, within these bounds. */
    private static final long NAPS_PER_ELAPSED = 20;
    private static final long SHORTEST_NAP_NS = 2_000_000;
    private static final long LONGEST_NAP_NS = 200_000_000;

    private final Role role;
    private final Command.@Nullable ObserverPlan plan;
    private final MessageWriter writer;
    private final NanoClock clock;
    private final BlockingQueue<Runnable> requests = new LinkedBlockingQueue<>();
    private final Thread thread;

    private @Nullable KernelObserver kernel;
    private @Nullable Ticks ticks;
    private @Nullable Confinement confinement;
    private int nextTick;
    private boolean doneReported;
    private boolean failureTold;
    private volatile boolean closed;

    Observer(Role role, Command.@Nullable ObserverPlan plan, MessageWriter writer, NanoClock clock) {
        this.role = role;
        this.plan = plan;
        this.writer = writer;
        this.clock = clock;
        thread = Thread.ofPlatform().name("observer").daemon().start(this::observe);
    }

    /** Takes tick 0. */
    void baseline() {
        requests.add(this::tick);
    }

    /**
     * Begins to tick.
     *
     * @param othersOn processors to which the threads of this process that are no event loops of the load are confined for the
     *     measurement
     */
    void go(Ticks schedule, Processors othersOn) {
        requests.add(() -> {
            ticks = schedule;
            confinement = new Confinement(othersOn);
        });
    }

    /** Takes a full reading and sends it. */
    void walk() {
        requests.add(() -> writer.send(new Message.Walked(
                clock.nanoTime(), kernel == null ? null : kernel.readFull(), role.isIdle(), role.books(), cpuNs(),
                role.takeEstablished())));
    }

    /** Starts no more connections. */
    void stopArrivals() {
        requests.add(role::stopArrivals);
    }

    /** Looks up accepted connections and sends what was found. */
    void matchAccepts(Command.MatchAccepts request) {
        requests.add(() -> writer.send(role.matchAccepts(request.samples())));
    }

    /** Ends what is open and sends the final books. */
    void finish() {
        requests.add(() -> {
            role.closeAll();
            writer.send(new Message.Finished(role.load(), role.books(), cpuNs()));
            closed = true;
        });
    }

    /** Waits until {@link #finish} was done. */
    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void observe() {
        try (Syscalls syscalls = new Syscalls(); KernelObserver observer = openKernel()) {
            cpu = syscalls;
            kernel = observer;
            while (!closed) {
                Runnable request = requests.poll(napNs(), TimeUnit.NANOSECONDS);
                if (request != null) {
                    request.run();
                } else if (ticks != null) {
                    tickIfDue();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            writer.send(new Message.Failed("the observer stopped: " + e, Message.Cause.INTERNAL));
        }
    }

    private @Nullable Syscalls cpu;

    private @Nullable KernelObserver openKernel() {
        return plan == null ? null : new KernelObserver(plan.targetPorts(), plan.mode(), plan.sides(), clock);
    }

    private long napNs() {
        Ticks schedule = ticks;
        if (schedule == null) {
            return TimeUnit.SECONDS.toNanos(1);
        }
        long nowNs = clock.nanoTime();
        long napNs = doneReported
                ? LONGEST_NAP_NS
                : Math.clamp((nowNs - schedule.startAtNs()) / NAPS_PER_ELAPSED, SHORTEST_NAP_NS, LONGEST_NAP_NS);
        return Math.clamp(schedule.dueNs(nextTick) - nowNs, 0, napNs);
    }

    private void tickIfDue() {
        if (!doneReported && role.arrivalsDone()) {
            doneReported = true;
            writer.send(new Message.ArrivalsDone(clock.nanoTime()));
        }
        Ticks schedule = ticks;
        Confinement waiting = confinement;
        if (schedule != null && waiting != null && clock.nanoTime() >= schedule.confineAtNs()) {
            confinement = null;
            waiting.confine(role.eventLoopThreads());
        }
        if (schedule != null && clock.nanoTime() >= schedule.dueNs(nextTick)) {
            tick();
        }
    }

    private void tick() {
        KernelReading reading = kernel == null ? null : nextTick == 0 ? kernel.readFull() : kernel.read();
        long atNs = clock.nanoTime();
        LoadReport load = role.load();
        writer.send(new Message.Interval(
                nextTick, atNs, reading, load, role.books(), cpuNs(), observerCpuNs(), writer.depth()));
        tellFailure();
        Ticks schedule = ticks;
        nextTick++;
        // After a pause of this process the missed ticks are gone; their numbers are skipped, not sent late.
        while (schedule != null && schedule.dueNs(nextTick) < atNs) {
            nextTick++;
        }
    }

    private void tellFailure() {
        String failure = failureTold ? null : role.failure();
        if (failure != null) {
            failureTold = true;
            writer.send(new Message.Failed(failure, Message.Cause.UNREACHABLE));
        }
    }

    private long cpuNs() {
        return cpu == null ? 0 : role.cpuNs(cpu);
    }

    private long observerCpuNs() {
        return cpu == null ? 0 : cpu.threadCpuNs();
    }
}
