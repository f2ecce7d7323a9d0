package dev.netchurn.server.cli;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.LocalPorts;
import dev.netchurn.kernel.PeerObserver;
import dev.netchurn.kernel.PeerUsage;
import dev.netchurn.linux.Syscalls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Looks at each interval how many local ports are left towards some upstreams. Runs in the thread that calls it, which must also
 * construct it, in whose network namespace it looks.
 */
final class PeerWatch implements AutoCloseable {

    /** How many readings back a growth is counted from. */
    private static final int READINGS_OF_GROWTH = 10;

    private final Map<Peer, PeerObserver> observers = new LinkedHashMap<>();
    private final Map<Peer, Deque<Reading>> history = new HashMap<>();
    private final SystemClock clock;
    private final Syscalls syscalls = new Syscalls();
    private final long intervalNs;
    private final List<Consumer<PeerSample>> outputs;

    private record Reading(long atNs, PeerUsage usage) {
    }

    PeerWatch(List<Peer> peers, SystemClock clock, Duration interval, List<Consumer<PeerSample>> outputs) {
        this.clock = clock;
        this.intervalNs = interval.toNanos();
        this.outputs = List.copyOf(outputs);
        peers.forEach(peer -> observers.computeIfAbsent(peer, _ -> new PeerObserver(peer.address(), peer.port())));
    }

    /**
     * Ends after this many readings, at least one.
     *
     * @throws IOException when the range of ports cannot be read
     */
    void run(long readings) throws IOException, InterruptedException {
        long startNs = clock.nanoTime();
        for (long reading = 0; reading < readings; reading++) {
            long waitNs = startNs + reading * intervalNs - clock.nanoTime();
            if (waitNs > 0) {
                Thread.sleep(Duration.ofNanos(waitNs));
            }
            PeerSample sample = read(startNs);
            outputs.forEach(output -> output.accept(sample));
        }
    }

    private PeerSample read(long startNs) throws IOException {
        long cpuBeforeNs = syscalls.threadCpuNs();
        LocalPorts ports = LocalPorts.read();
        List<PeerSample.Row> rows = new ArrayList<>();
        observers.forEach((peer, observer) -> observer.read(ports).forEach(
                (port, usage) -> rows.add(row(new Peer(peer.address(), port), usage, ports))));
        return new PeerSample(clock.wallTime(), clock.nanoTime() - startNs, ports, rows, syscalls.threadCpuNs() - cpuBeforeNs);
    }

    private PeerSample.Row row(Peer destination, PeerUsage usage, LocalPorts ports) {
        Deque<Reading> earlier = history.computeIfAbsent(destination, _ -> new ArrayDeque<>());
        Reading first = earlier.peekFirst();
        long nowNs = clock.nanoTime();
        PortsForecast forecast = PortsForecast.of(first == null ? null : first.usage(), usage,
                first == null ? 1 : Math.max(1, nowNs - first.atNs()), PortsForecast.reusesTimeWait(ports, destination));
        earlier.addLast(new Reading(nowNs, usage));
        if (earlier.size() > READINGS_OF_GROWTH) {
            earlier.removeFirst();
        }
        return new PeerSample.Row(destination, usage, forecast);
    }

    @Override
    public void close() {
        observers.values().forEach(PeerObserver::close);
        syscalls.close();
    }
}
