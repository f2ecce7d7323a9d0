package dev.netchurn.loadgen.worker;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.ProcessTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's server program as a child process, with all that it starts in turn. It has a PID namespace of its own: when the
 * first process of that is killed the kernel kills every other, whatever sessions and process groups they moved to
 * (pid_namespaces(7)). The first process is a shell of ours that dies with this process (PR_SET_PDEATHSIG), so that a killed
 * controller leaves no server behind either.
 *
 * <p>The thread that starts a program must live as long as the program. The other methods may be called from any thread.
 */
final class ServerProgram implements AutoCloseable {

    private static final Duration PATIENCE_AFTER_TERM = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(20);

    /**
     * The program has the usual answers to signals again, which workers ignore, and a session of its own, so that Ctrl-C does
     * not reach it. A program that went into the background lives on after its first process.
     */
    private static final String FIRST_PROCESS = """
            read -r pid rest </proc/self/stat
            mount -t proc proc /proc 2>/dev/null && echo "own $pid" || echo "shared $pid"
            env --default-signal=INT,TERM,HUP setsid sh -c "$1" </dev/null >"$2" 2>&1 &
            wait "$!"
            echo "ended $?"
            exec sleep infinity
            """;

    private final Process placed;
    private final NanoClock clock;
    private final Thread reader;
    private volatile @Nullable ProcessTree tree;
    private volatile long firstPid;
    private volatile @Nullable Integer exitCode;
    private volatile String complaint = "";
    private long cpuNs;

    private ServerProgram(Process placed, NanoClock clock) {
        this.placed = placed;
        this.clock = clock;
        reader = Thread.ofPlatform().name("server-program").daemon().start(this::listen);
    }

    /**
     * Starts a command in the network namespace of this process.
     *
     * @param output file that it writes to; null for none
     * @throws IllegalStateException when the programs that place it are missing
     */
    static ServerProgram start(String command, @Nullable Path output, NanoClock clock) {
        List<String> words = List.of("setpriv", "--pdeathsig", "KILL",
                "unshare", "--mount", "--pid", "--fork", "--kill-child",
                "sh", "-c", FIRST_PROCESS, "sh", command, output == null ? "/dev/null" : output.toString());
        try {
            Process placed = new ProcessBuilder(words).redirectErrorStream(true).start();
            placed.getOutputStream().close();
            return new ServerProgram(placed, clock);
        } catch (IOException e) {
            throw new IllegalStateException("the server program cannot be started: " + e.getMessage(), e);
        }
    }

    /** Whether it, or anything that it started, still runs. */
    boolean isRunning() {
        if (!placed.isAlive()) {
            return false;
        }
        ProcessTree running = tree;
        return exitCode == null || running != null && running.hasRunningDescendant();
    }

    /** How the command's first process ended; empty while it runs, and when it could not be placed at all. */
    Optional<Integer> exitCode() {
        return Optional.ofNullable(exitCode);
    }

    /** Why it could not be placed; empty when it was. */
    String complaint() {
        return complaint;
    }

    /** CPU time of all its processes together, those that have ended included. */
    synchronized long cpuNs() {
        ProcessTree running = tree;
        if (running != null) {
            // A process that is waited for between two looks is missed by one of them; time does not go back.
            cpuNs = Math.max(cpuNs, running.cpuNs());
        }
        return cpuNs;
    }

    /** Asks every process to end (SIGTERM), and kills what is left after two seconds. Nothing remains when it returns. */
    @Override
    public void close() {
        try {
            if (firstPid != 0) {
                ProcessHandle.of(firstPid).ifPresent(first -> first.descendants().forEach(ProcessHandle::destroy));
                awaitEnd();
                ProcessHandle.of(firstPid).ifPresent(ProcessHandle::destroyForcibly);
                placed.waitFor(PATIENCE_AFTER_TERM.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            placed.destroyForcibly();
        }
    }

    private void awaitEnd() throws InterruptedException {
        long giveUpNs = clock.nanoTime() + PATIENCE_AFTER_TERM.toNanos();
        while (isRunning() && clock.nanoTime() - giveUpNs < 0) {
            Thread.sleep(POLL);
        }
    }

    /** Waits until what the first process says has been read to its end, because it is gone. */
    void awaitLastWords() throws InterruptedException {
        reader.join(POLL);
    }

    private void listen() {
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(placed.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                String[] words = line.split(" ", 2);
                switch (words[0]) {
                    case "own" -> placed(Path.of("/proc", words[1], "root", "proc"), 1, Long.parseLong(words[1]));
                    case "shared" -> placed(Path.of("/proc"), Long.parseLong(words[1]), Long.parseLong(words[1]));
                    case "ended" -> exitCode = Integer.valueOf(words[1]);
                    default -> complaint = line;
                }
            }
        } catch (IOException e) {
            complaint = String.valueOf(e.getMessage());
        }
    }

    private void placed(Path proc, long root, long pid) {
        tree = new ProcessTree(proc, root);
        firstPid = pid;
    }
}
