package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.run.Assertion;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say what counts as a success. */
final class JudgementOptions {

    @Option(names = "--assert", paramLabel = "EXPR",
            description = "Must hold at the end, such as connect.p99<5ms, failed==0, server.CLOSE_WAIT.final==0 or rate>20k. Repeatable.")
    private @Nullable List<String> expressions;

    @Option(names = "--allow", paramLabel = "OUTCOME[,...]", split = ",", hideParamSyntax = true,
            description = "This failure is the subject of the run and does not void it, such as no_local_port, refused or tw_overflow.")
    private @Nullable List<String> allowed;

    @Option(names = "--force", description = "Run although preflight refused.")
    private boolean force;

    boolean isForced() {
        return force;
    }

    List<Assertion> assertions() {
        return expressions == null
                ? List.of()
                : expressions.stream().map(text -> Flag.read("--assert", text, Assertion::parse)).toList();
    }

    /** What may fail. */
    Set<String> allowed() {
        if (allowed == null) {
            return Set.of();
        }
        Set<String> known = new TreeSet<>(Set.of("tw_overflow", "unread", "unaccepted", "unsettled", "closers"));
        Arrays.stream(Outcome.values()).filter(outcome -> outcome != Outcome.ESTABLISHED).map(Outcome::text)
                .forEach(known::add);
        Arrays.stream(CloseOutcome.values()).filter(outcome -> outcome != CloseOutcome.CLOSED).map(CloseOutcome::text)
                .forEach(known::add);
        for (String name : allowed) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("--allow: '" + name + "' is none of " + String.join(", ", known));
            }
        }
        return new LinkedHashSet<>(allowed);
    }
}
