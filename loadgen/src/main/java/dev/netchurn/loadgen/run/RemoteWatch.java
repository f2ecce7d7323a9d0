package dev.netchurn.loadgen.run;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.loadgen.worker.Command;
import dev.netchurn.loadgen.worker.Message;
import dev.netchurn.loadgen.worker.Ticks;
import dev.netchurn.loadgen.worker.WorkerLink;
import dev.netchurn.metrics.WatchReport;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the target's worker where the server is on a host of its own: the kernel's side of it is read from the endpoint of a
 * {@code netchurn watch} there, at each tick. A watch that is lost stays lost; the run goes on and says so.
 *
 * <p>Readings are fetched by a thread of this object, to which the ticks belong.
 */
final class RemoteWatch implements WorkerLink {

    private static final Duration PATIENCE_TO_BEGIN = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LONGEST_REPORT_BYTES = 1 << 20;

    private final String hostPort;
    private final NanoClock clock;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<Runnable> requests = new LinkedBlockingQueue<>();
    private @Nullable Ticks ticks;
    private int nextTick;
    private volatile @Nullable String trouble;
    private volatile @Nullable Thread thread;

    private RemoteWatch(String hostPort, NanoClock clock) {
        this.hostPort = hostPort;
        this.clock = clock;
    }

    /**
     * Reads once, to see whether it can be read.
     *
     * @param hostPort where {@code watch} or {@code serve} has its metrics
     * @param ports of the server, which it has to watch
     * @throws RunRefused with a sentence for the user, when it cannot be used
     */
    static RemoteWatch connect(String hostPort, Set<Integer> ports, NanoClock clock) throws RunRefused, InterruptedException {
        RemoteWatch watch = new RemoteWatch(hostPort, clock);
        String wanted = String.join(",", new TreeSet<>(ports).stream().map(String::valueOf).toList());
        try {
            Set<Integer> watched = watch.fetch(WatchReport.NOW, PATIENCE_TO_BEGIN).ports();
            if (!watched.containsAll(ports)) {
                throw new IOException("it watches " + new TreeSet<>(watched) + " and not port " + wanted);
            }
        } catch (IOException | IllegalArgumentException e) {
            watch.close();
            throw new RunRefused(RunRefused.Cause.ENVIRONMENT, "the watch at " + hostPort + " cannot be used: " + reason(e)
                    + "; on the server's host run 'netchurn watch --port " + wanted + " --metrics " + hostPort + "'");
        }
        watch.thread = Thread.ofPlatform().name("remote-watch").daemon().start(watch::work);
        return watch;
    }

    @Override
    public String name() {
        return "target";
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public @Nullable String trouble() {
        return trouble;
    }

    @Override
    public void send(Command command) {
        switch (command) {
            case Command.Baseline _ -> requests.add(() -> tick(WatchReport.FULL_WALK));
            case Command.Go go ->
                    requests.add(() -> ticks = new Ticks(go.startAtNs(), go.warmupNs(), go.intervalNs()));
            case Command.Walk _ -> requests.add(this::walk);
            case Command.MatchAccepts _ -> messages.add(new Message.AcceptsMatched(List.of(), List.of()));
            case Command.Finish _ -> requests.add(() -> messages.add(new Message.Finished(null, null, 0)));
            case Command.StopArrivals _, Command.SetUpNamespace _, Command.Serve _, Command.Load _, Command.SetSysctls _, Command.Listen _ -> {
                // It changes nothing where it reads.
            }
        }
    }

    @Override
    public @Nullable Message next(Duration atMost) throws InterruptedException {
        return messages.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        Thread working = thread;
        if (working != null) {
            working.interrupt();
        }
        http.shutdownNow();
    }

    private void work() {
        try {
            while (!Thread.interrupted()) {
                Runnable request = requests.poll(napNs(), TimeUnit.NANOSECONDS);
                if (request != null) {
                    request.run();
                } else if (ticks != null) {
                    tick(WatchReport.NOW);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long napNs() {
        Ticks schedule = ticks;
        return schedule == null ? PATIENCE.toNanos() : Math.max(0, schedule.dueNs(nextTick) - clock.nanoTime());
    }

    private void tick(String query) {
        KernelReading reading = read(query);
        long atNs = clock.nanoTime();
        messages.add(new Message.Interval(nextTick, atNs, reading, null, null, 0, 0, 0));
        Ticks schedule = ticks;
        nextTick++;
        // After a slow answer the missed ticks are gone; their numbers are skipped, not sent late.
        while (schedule != null && schedule.dueNs(nextTick) < atNs) {
            nextTick++;
        }
    }

    private void walk() {
        KernelReading reading = read(WatchReport.FULL_WALK);
        messages.add(new Message.Walked(clock.nanoTime(), reading, true, null, 0, List.of()));
    }

    private @Nullable KernelReading read(String query) {
        if (trouble != null) {
            return null;
        }
        try {
            return fetch(query, PATIENCE).reading();
        } catch (IOException | IllegalArgumentException e) {
            trouble = "the watch at " + hostPort + " was lost during the run (" + reason(e)
                    + "): what the server's side shows ends there, and its final state is not known";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private WatchReport fetch(String query, Duration patience) throws IOException, InterruptedException {
        URI address;
        try {
            address = URI.create("http://" + hostPort + WatchReport.PATH + "?" + query);
        } catch (IllegalArgumentException e) {
            throw new IOException("this is no HOST:PORT", e);
        }
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(address).timeout(patience).build(),
                BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_REPORT_BYTES));
        if (answer.statusCode() != 200) {
            throw new IOException("it answers with status " + answer.statusCode() + " " + answer.body().strip());
        }
        return WatchReport.parse(answer.body());
    }

    private static String reason(Exception problem) {
        return switch (problem) {
            case HttpTimeoutException _ -> "no answer in time";
            case ConnectException _ -> "no connection";
            // What the client of the JDK says when a connection ends before an answer is no sentence for a user.
            case IOException broken when broken.getCause() instanceof EOFException -> "the connection broke off";
            default -> String.valueOf(problem.getMessage());
        };
    }
}
