package dev.netchurn.loadgen.lab;

import dev.netchurn.loadgen.namespace.NamespacePermission;
import dev.netchurn.loadgen.namespace.ProcessPlacement;
import dev.netchurn.loadgen.namespace.Sysctls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Plays phenomena, each in a child process in a private namespace of its own. Scenes that mostly wait run beside the others, so
 * that all together take little longer than the longest. A scene that failed while the machine was held up is played again, and
 * its result says how often. Results come in the order asked for, with the long ones last.
 */
public final class LabRunner {

    /** From here on a scene mostly waits. */
    private static final Duration LONG = Duration.ofSeconds(5);
    /** Starting a process, making namespaces and rehearsing, on a busy machine. */
    private static final Duration OVERHEAD = Duration.ofSeconds(60);

    private static final int PLAYS_AT_MOST = 3;

    private final ProcessPlacement placement;
    private final List<String> childWords;
    private final Semaphore shortOnes;
    private final LabJson json = new LabJson();

    /**
     * @param childWords the command that plays the phenomenon whose name follows it
     * @param atOnce how many short scenes may be played at the same time, at least 1
     */
    public LabRunner(ProcessPlacement placement, List<String> childWords, int atOnce) {
        this.placement = placement;
        this.childWords = List.copyOf(childWords);
        shortOnes = new Semaphore(atOnce, true);
    }

    /** Whether a scene mostly waits, and is therefore told after the others. */
    public static boolean isLong(Phenomenon phenomenon) {
        return phenomenon.stage().lasts().compareTo(LONG) >= 0;
    }

    /**
     * Plays them.
     *
     * @param heard gets each result, on the calling thread and in order
     * @return all results in that order
     * @throws LabRefused when this machine forbids private namespaces
     */
    public List<LabResult> play(List<Phenomenon> phenomena, Consumer<LabResult> heard) throws LabRefused, InterruptedException {
        List<Phenomenon> order = new ArrayList<>(phenomena.stream().filter(phenomenon -> !isLong(phenomenon)).toList());
        phenomena.stream().filter(LabRunner::isLong).forEach(order::add);
        List<CompletableFuture<LabResult>> pending = new ArrayList<>();
        // The long ones first: they decide when all is done.
        order.reversed().forEach(phenomenon -> pending.addFirst(start(phenomenon)));
        List<LabResult> results = new ArrayList<>();
        for (CompletableFuture<LabResult> next : pending) {
            LabResult result = resultOf(next);
            results.add(result);
            heard.accept(result);
        }
        return results;
    }

    private static LabResult resultOf(CompletableFuture<LabResult> pending) throws LabRefused, InterruptedException {
        try {
            return pending.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LabRefused refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** The thread lives as long as its child, because the kernel kills the child when the thread ends. */
    private CompletableFuture<LabResult> start(Phenomenon phenomenon) {
        CompletableFuture<LabResult> result = new CompletableFuture<>();
        Thread.ofPlatform().name("lab-" + phenomenon.name()).daemon().start(() -> {
            boolean bounded = !isLong(phenomenon);
            if (bounded) {
                shortOnes.acquireUninterruptibly();
            }
            try {
                result.complete(playUndisturbed(phenomenon));
            } catch (LabRefused | IOException | InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            } finally {
                if (bounded) {
                    shortOnes.release();
                }
            }
        });
        return result;
    }

    private LabResult playUndisturbed(Phenomenon phenomenon) throws LabRefused, IOException, InterruptedException {
        LabResult result = play(phenomenon);
        for (int plays = 2; plays <= PLAYS_AT_MOST && result.mayBeTheMachine(); plays++) {
            result = play(phenomenon).afterPlays(plays);
        }
        return result;
    }

    private LabResult play(Phenomenon phenomenon) throws LabRefused, IOException, InterruptedException {
        List<String> words = new ArrayList<>(childWords);
        words.add(phenomenon.name());
        Process child = new ProcessBuilder(placement.inNewNamespace(words)).start();
        CompletableFuture<String> said = textOf(phenomenon.name() + "-result", child.getInputStream());
        CompletableFuture<String> complained = textOf(phenomenon.name() + "-errors", child.getErrorStream());
        try {
            Duration atMost = phenomenon.stage().lasts().multipliedBy(2).plus(OVERHEAD);
            if (!child.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                return LabResult.broken(phenomenon, "it did not end within " + atMost.toSeconds() + " s and was killed");
            }
        } finally {
            // Of a process that has ended it would only close the streams, perhaps before they are read.
            if (child.isAlive()) {
                child.destroyForcibly();
            }
        }
        String line = said.join().strip();
        return line.isEmpty() ? withoutResult(phenomenon, complained.join().strip()) : json.result(line);
    }

    private static LabResult withoutResult(Phenomenon phenomenon, String errors) throws LabRefused {
        String first = errors.lines().findFirst().orElse("");
        if (first.contains("not found") && first.matches(".*(unshare|setpriv).*")) {
            throw new LabRefused("the lab needs the programs unshare and setpriv; install util-linux");
        }
        if (first.startsWith("unshare:") || first.startsWith("setpriv:")) {
            throw new LabRefused(new NamespacePermission(new Sysctls()).why(first));
        }
        return LabResult.broken(phenomenon, "its process ended without a result" + (errors.isEmpty() ? "" : ": " + errors));
    }

    private static CompletableFuture<String> textOf(String name, InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofPlatform().name(name).daemon().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.complete("");
            }
        });
        return text;
    }
}
