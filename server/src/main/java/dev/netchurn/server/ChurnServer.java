package dev.netchurn.server;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A target: accepts connections, answers, closes by policy, and keeps books. Each acceptor is a thread with its own event
 * loop and its own listeners (SO_REUSEPORT when there are several).
 *
 * <p>All methods may be called from any thread.
 */
public final class ChurnServer implements AutoCloseable {

    /** Answer of {@link #acceptedNs}: it is still to be accepted, as far as one can tell. */
    public static final long NOT_ACCEPTED_YET = AcceptTimes.NOT_YET;
    /** Answer of {@link #acceptedNs}: later accepts have taken its place. */
    public static final long NOT_KNOWN = AcceptTimes.UNKNOWN;

    private final List<Endpoint> endpoints;
    private final List<Acceptor> acceptors;

    private ChurnServer(List<Endpoint> endpoints, List<Acceptor> acceptors) {
        this.endpoints = endpoints;
        this.acceptors = acceptors;
    }

    /**
     * Listens on every endpoint of the plan and begins to accept.
     *
     * @param clock for accept times, delays and pauses
     * @throws ListenException with one sentence for the user, when an endpoint cannot be listened on; then nothing listens
     */
    public static ChurnServer start(ServerPlan plan, NanoClock clock) {
        int[][] listening = ListeningSockets.open(plan.listen(), plan.acceptors(), plan.backlog(), plan.close().aborts());
        return start(plan.engine(), plan.listen(), listening, Conduct.of(plan.close(), plan.exchange()), clock);
    }

    /**
     * Makes the code of this plan warm before its listeners are opened, with connections of its own to 127.0.0.1 that all
     * end by RST: nothing of it is left in the socket table. Returns when {@code connections} were made or
     * {@code atMost} is over.
     *
     * @return how many connections were made; 0 where 127.0.0.1 cannot be used, or when the target does not accept
     */
    public static int warmUp(ServerPlan plan, NanoClock clock, int connections, Duration atMost) {
        return WarmUp.run(plan, clock, connections, atMost);
    }

    static ChurnServer start(
            Engine engine, List<Endpoint> endpoints, int[][] listening, Conduct conduct, NanoClock clock) {
        List<Acceptor> started = new ArrayList<>();
        try {
            for (int i = 0; i < listening.length; i++) {
                started.add(Acceptor.start("acceptor-" + i, engine, clock, conduct, listening[i]));
            }
        } catch (CompletionException e) {
            started.forEach(Acceptor::stop);
            started.forEach(Acceptor::join);
            try (Syscalls syscalls = new Syscalls()) {
                for (int i = started.size(); i < listening.length; i++) {
                    for (int fd : listening[i]) {
                        syscalls.close(fd);
                    }
                }
            }
            throw new IllegalStateException("cannot start an event loop: " + e.getCause(), e.getCause());
        }
        return new ChurnServer(endpoints, started);
    }

    /** What was counted so far; exact once no connection moves any more. Kept after {@link #close}. */
    public ServerBooks books() {
        ServerBooks all = ServerBooks.EMPTY;
        for (Acceptor acceptor : acceptors) {
            all = all.plus(acceptor.loop().books().read());
        }
        return all;
    }

    /** CPU time of each event loop's thread in nanoseconds, at most 20 ms of work old. Kept after {@link #close}. */
    public long[] loopCpuNs() {
        return acceptors.stream().mapToLong(acceptor -> acceptor.loop().cpuNs()).toArray();
    }

    /**
     * When a connection was accepted, on the clock given at the start.
     *
     * @param clientAddressBits the client's IPv4 address, or the last 4 bytes of its IPv6 address
     * @param server the endpoint that the client connected to, as in the plan
     * @param sinceNs when the client began to connect; earlier users of the same four-tuple are not meant
     * @return {@link #NOT_ACCEPTED_YET}, or {@link #NOT_KNOWN} when too many were accepted since
     */
    public long acceptedNs(int clientAddressBits, int clientPort, Endpoint server, long sinceNs) {
        int endpoint = endpoints.indexOf(server);
        if (endpoint < 0) {
            return NOT_KNOWN;
        }
        long key = AcceptTimes.key(clientAddressBits, clientPort, endpoint);
        // The kernel chose one acceptor by four-tuple. Which one is not known here, so any that may still tell is waited for.
        long answer = NOT_KNOWN;
        for (Acceptor acceptor : acceptors) {
            long atNs = acceptor.loop().acceptedNs(key, sinceNs);
            if (atNs >= 0) {
                return atNs;
            }
            if (atNs == NOT_ACCEPTED_YET) {
                answer = NOT_ACCEPTED_YET;
            }
        }
        return answer;
    }

    /**
     * Stops listening and closes every connection, those that were never to be closed too. Returns when all threads have
     * ended. The books go on to count as open what this ended.
     */
    @Override
    public void close() {
        acceptors.forEach(Acceptor::stop);
        acceptors.forEach(Acceptor::join);
    }

    /** A loop and the thread that owns it. */
    private record Acceptor(Thread thread, TargetLoop loop) {

        static Acceptor start(String name, Engine engine, NanoClock clock, Conduct conduct, int[] listening) {
            CompletableFuture<TargetLoop> ready = new CompletableFuture<>();
            Thread thread =
                    Thread.ofPlatform().name(name).daemon(true).start(() -> work(ready, engine, clock, conduct, listening));
            return new Acceptor(thread, ready.join());
        }

        private static TargetLoop open(Engine engine, NanoClock clock, Conduct conduct, int[] listening) {
            return switch (engine) {
                case EPOLL, IO_URING -> new AcceptorLoop(engine, clock, conduct, listening);
                case CHANNEL -> new ChannelAcceptorLoop(clock, conduct, listening);
            };
        }

        private static void work(
                CompletableFuture<TargetLoop> ready, Engine engine, NanoClock clock, Conduct conduct, int[] listening) {
            @Nullable TargetLoop made = null;
            try (TargetLoop loop = open(engine, clock, conduct, listening)) {
                made = loop;
                ready.complete(loop);
                loop.run();
            } catch (RuntimeException | LinkageError e) {
                if (made != null) {
                    made.books().loopFailed();
                }
                ready.completeExceptionally(e);
            }
        }

        void stop() {
            loop.stop();
        }

        void join() {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
