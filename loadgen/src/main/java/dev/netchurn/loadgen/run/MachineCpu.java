package dev.netchurn.loadgen.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A reading of the machine's CPU clocks, in ticks since boot (proc_stat(5)).
 *
 * @param total all columns up to steal
 * @param steal time that the hypervisor gave to others
 */
record MachineCpu(long total, long steal) {

    private static final int STEAL_COLUMN = 8;

    /** Reads /proc/stat; zeros where there is none. */
    static MachineCpu read() {
        try {
            return parse(Files.readAllLines(Path.of("/proc/stat")).getFirst());
        } catch (IOException e) {
            return new MachineCpu(0, 0);
        }
    }

    static MachineCpu parse(String cpuLine) {
        String[] columns = cpuLine.strip().split("\\s+");
        long total = 0;
        for (int i = 1; i <= Math.min(STEAL_COLUMN, columns.length - 1); i++) {
            total += Long.parseLong(columns[i]);
        }
        return new MachineCpu(total, columns.length > STEAL_COLUMN ? Long.parseLong(columns[STEAL_COLUMN]) : 0);
    }

    /** The share of the time since an earlier reading that was stolen, 0 to 1. */
    double stealShareSince(MachineCpu earlier) {
        long elapsed = total - earlier.total;
        return elapsed <= 0 ? 0 : (double) (steal - earlier.steal) / elapsed;
    }
}
