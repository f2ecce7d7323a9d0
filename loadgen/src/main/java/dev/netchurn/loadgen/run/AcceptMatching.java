package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.loadgen.worker.Command;
import dev.netchurn.loadgen.worker.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Asks the target when it accepted the connections that the load has sampled. A connection that still waits in the accept
 * queue is asked for again, so that the longest waits are not the ones left out. One question is under way at a time: a
 * target that stands still is not flooded. Owned by the controller's main thread.
 */
final class AcceptMatching {

    /** Bounds what a target can leave unanswered; later samples are left out then, because the oldest wait longest. */
    static final int MOST_WAITING = 4096;

    private final Consumer<Command> target;
    private final List<EstablishedSample> waiting = new ArrayList<>();
    private boolean isAsked;

    /** @param target is sent the questions */
    AcceptMatching(Consumer<Command> target) {
        this.target = target;
    }

    /** Takes new samples and asks for all that are open, unless an answer is awaited. */
    void ask(List<EstablishedSample> samples) {
        add(samples);
        if (!isAsked && !waiting.isEmpty()) {
            isAsked = true;
            target.accept(new Command.MatchAccepts(List.copyOf(waiting)));
            waiting.clear();
        }
    }

    /** Keeps what was not accepted yet for the next question. */
    void answered(Message.AcceptsMatched answer) {
        isAsked = false;
        List<EstablishedSample> since = List.copyOf(waiting);
        waiting.clear();
        add(answer.notYet());
        add(since);
    }

    /** Whether an answer is awaited. */
    boolean isAsked() {
        return isAsked;
    }

    private void add(List<EstablishedSample> samples) {
        waiting.addAll(samples.subList(0, Math.min(samples.size(), MOST_WAITING - waiting.size())));
    }
}
