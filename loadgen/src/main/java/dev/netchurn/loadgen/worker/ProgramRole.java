package dev.netchurn.loadgen.worker;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.SockDiag;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.transport.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The target side of a run as somebody's server program: started, waited for, watched from outside, stopped. */
final class ProgramRole implements TargetSide {

    private static final Duration POLL = Duration.ofMillis(10);

    private final TargetPlan.Program plan;
    private final NanoClock clock;
    private volatile @Nullable ServerProgram program;

    ProgramRole(TargetPlan.Program plan, NanoClock clock) {
        this.plan = plan;
        this.clock = clock;
    }

    @Override
    public void warmUp(Duration atMost) {
        // It gets warm by the connections of the run's own warm-up.
    }

    /** @throws TargetUnreachable when the program does not listen in time, or elsewhere */
    @Override
    public List<Endpoint> listen(List<Endpoint> targets) throws InterruptedException {
        ServerProgram started =
                ServerProgram.start(plan.command(), plan.output() == null ? null : Path.of(plan.output()), clock);
        program = started;
        awaitListener(started);
        List<Endpoint> listening = plan.endpoints().stream().filter(ProgramRole::isListenedOn).toList();
        if (listening.isEmpty()) {
            throw new TargetUnreachable("the server program listens on port " + port()
                    + ", but not on " + plan.endpoints().getFirst().address().getHostAddress()
                    + (plan.endpoints().size() == 1 ? "" : " or another address of its namespace")
                    + "; let it listen on all addresses (0.0.0.0 or ::)");
        }
        return listening;
    }

    private void awaitListener(ServerProgram started) throws InterruptedException {
        long giveUpNs = clock.nanoTime() + plan.listenWithinNs();
        Set<Integer> ports = listeningPorts();
        while (!ports.contains(port())) {
            if (!started.isRunning()) {
                started.awaitLastWords();
                throw new TargetUnreachable(ended(started) + " before it listened on port " + port() + lastWords());
            }
            if (clock.nanoTime() - giveUpNs >= 0) {
                throw new TargetUnreachable("the server program did not listen on port " + port() + " within "
                        + Duration.ofNanos(plan.listenWithinNs()).toMillis() / 1e3 + " s"
                        + (ports.isEmpty() ? "" : ", it listens on " + ports) + lastWords());
            }
            Thread.sleep(POLL);
            ports = listeningPorts();
        }
    }

    private static Set<Integer> listeningPorts() {
        Set<Integer> ports = new TreeSet<>();
        try (SockDiag sockDiag = new SockDiag()) {
            sockDiag.dumpListeners((_, _, localPort, _, _, _, _, _, _) -> ports.add(localPort));
        }
        return ports;
    }

    private static boolean isListenedOn(Endpoint endpoint) {
        try (SockDiag sockDiag = new SockDiag()) {
            return sockDiag.listener(endpoint.address(), endpoint.port()).isPresent();
        }
    }

    private int port() {
        return plan.endpoints().getFirst().port();
    }

    private static String ended(ServerProgram ended) {
        return ended.exitCode().map(code -> "the server program ended with exit code " + code)
                .orElse("the server program could not be placed in a PID namespace (" + ended.complaint() + ") and ended");
    }

    private String lastWords() {
        String output = plan.output();
        List<String> lines = output == null ? List.of() : LastLines.of(Path.of(output));
        return lines.isEmpty() ? "; it wrote nothing" : "; its last words:\n    " + String.join("\n    ", lines);
    }

    /** There is no book of what it accepted. */
    @Override
    public @Nullable ServerBooks books() {
        return null;
    }

    @Override
    public long cpuNs(Syscalls own) {
        ServerProgram running = program;
        return running == null ? 0 : running.cpuNs();
    }

    @Override
    public @Nullable String failure() {
        ServerProgram started = program;
        return started == null || started.isRunning() ? null : ended(started) + " during the run" + lastWords();
    }

    /** Nobody can tell when it accepted a connection. */
    @Override
    public Message.AcceptsMatched matchAccepts(List<EstablishedSample> samples) {
        return new Message.AcceptsMatched(List.of(), List.of());
    }

    @Override
    public void close() {
        ServerProgram running = program;
        if (running != null) {
            running.close();
        }
    }
}
