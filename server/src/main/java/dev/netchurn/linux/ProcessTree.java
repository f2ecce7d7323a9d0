package dev.netchurn.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A process and all that descend from it, as a proc file system tells (proc_pid_stat(5)). Each call looks anew; a process that
 * ends meanwhile is left out. May be used from any thread.
 */
public final class ProcessTree {

    /** What proc_pid_stat(5) counts in: sysconf(_SC_CLK_TCK) is 100 on every architecture that we run on. */
    private static final long NS_PER_TICK = 10_000_000;
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int FIRST_TIME = 11;
    private static final int LAST_TIME = 14;

    private final Path proc;
    private final long root;

    /** A tree of this machine, or of this container. */
    public ProcessTree(long root) {
        this(Path.of("/proc"), root);
    }

    /**
     * @param proc where a proc file system is mounted; process ids are those of its PID namespace
     * @param root the process that the others descend from
     */
    public ProcessTree(Path proc, long root) {
        this.proc = proc;
        this.root = root;
    }

    /** The root and its descendants, dead ones that nobody has waited for included; empty when the root is gone. */
    public Set<Long> pids() {
        return members().keySet();
    }

    /** Whether any process but the root still runs. */
    public boolean hasRunningDescendant() {
        return members().entrySet().stream()
                .anyMatch(member -> member.getKey() != root && !member.getValue()[STATE].matches("[ZX]"));
    }

    /**
     * CPU time in user and system mode of the whole tree, in steps of 10 ms per process: of the processes that are there, and of
     * those that have ended and were waited for.
     */
    public long cpuNs() {
        long ticks = 0;
        for (String[] stat : members().values()) {
            for (int field = FIRST_TIME; field <= LAST_TIME; field++) {
                ticks += Long.parseLong(stat[field]);
            }
        }
        return ticks * NS_PER_TICK;
    }

    private Map<Long, String[]> members() {
        Map<Long, String[]> all = readAll();
        Map<Long, List<Long>> children = new HashMap<>();
        all.forEach((pid, stat) -> children.computeIfAbsent(Long.valueOf(stat[PARENT]), _ -> new ArrayList<>()).add(pid));
        Map<Long, String[]> members = new HashMap<>();
        Set<Long> front = new HashSet<>(Set.of(root));
        while (!front.isEmpty()) {
            Set<Long> next = new HashSet<>();
            for (long pid : front) {
                String[] stat = all.get(pid);
                if (stat != null && members.put(pid, stat) == null) {
                    next.addAll(children.getOrDefault(pid, List.of()));
                }
            }
            front = next;
        }
        return members;
    }

    private Map<Long, String[]> readAll() {
        Map<Long, String[]> all = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                String[] stat = stat(process);
                if (stat.length > LAST_TIME) {
                    all.put(Long.valueOf(process.getFileName().toString()), stat);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The proc file system went with its PID namespace: nothing is left of the tree.
            return Map.of();
        }
        return all;
    }

    /** The fields after the name, which may itself hold blanks and parentheses; empty when the process is gone. */
    private static String[] stat(Path process) {
        try {
            String text = ProcFile.readOnce(process.resolve("stat"));
            return text.substring(text.lastIndexOf(')') + 1).strip().split(" ");
        } catch (IOException e) {
            return new String[0];
        }
    }
}
