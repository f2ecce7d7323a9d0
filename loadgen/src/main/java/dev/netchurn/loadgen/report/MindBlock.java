package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Ink;

/** What this run shows and is often taken for something else; nothing when there is no such thing. */
final class MindBlock {

    private MindBlock() {
    }

    static void print(Page page, RunResult result) {
        if (result.notes().isEmpty()) {
            return;
        }
        page.block("Mind");
        result.notes().forEach(note -> page.led("- ", Ink.CAUTION, note.sentence()));
    }
}
