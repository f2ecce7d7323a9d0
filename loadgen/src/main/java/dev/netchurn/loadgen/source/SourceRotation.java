package dev.netchurn.loadgen.source;

import dev.netchurn.transport.Endpoint;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which target and which local address the connections of one event loop use: every target in turn, and with each round
 * over the targets the next local address of the target's family. Each loop begins elsewhere in the round, so that loops
 * do not knock at the same door in step. Pure arithmetic on the index; immutable.
 */
public final class SourceRotation {

    /** Stands for a local address that the kernel chooses. */
    public static final int KERNEL_CHOICE = -1;

    private final int targets;
    private final int[][] sourcesOfTarget;
    private final long first;

    /**
     * @param sources local addresses; empty leaves the choice to the kernel
     * @param loop 0 to {@code loops − 1}
     * @throws IllegalArgumentException when addresses are given but none of a target's family
     */
    public SourceRotation(List<Endpoint> targets, List<InetAddress> sources, int loop, int loops) {
        this.targets = targets.size();
        this.sourcesOfTarget = new int[targets.size()][];
        for (int i = 0; i < targets.size(); i++) {
            sourcesOfTarget[i] = sourcesFor(targets.get(i), sources);
        }
        this.first = (long) loop * targets.size() * Math.max(1, sources.size()) / loops;
    }

    private static int[] sourcesFor(Endpoint target, List<InetAddress> sources) {
        if (sources.isEmpty()) {
            return new int[] {KERNEL_CHOICE};
        }
        int[] matching = IntStream.range(0, sources.size())
                .filter(i -> sources.get(i).getAddress().length == target.address().getAddress().length)
                .toArray();
        if (matching.length == 0) {
            throw new IllegalArgumentException("no source address is of the same family as the target " + target.text());
        }
        return matching;
    }

    /** The target of connection {@code i} of this loop, as an index into the targets. */
    public int target(long i) {
        return (int) ((first + i) % targets);
    }

    /** The local address of connection {@code i} as an index into the sources, or {@link #KERNEL_CHOICE}. */
    public int source(long i) {
        int[] sources = sourcesOfTarget[target(i)];
        return sources[(int) ((first + i) / targets % sources.length)];
    }
}
