package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.CounterTone;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** Which kernel counters moved, and what each means. Those that tell of trouble come first, those of any run last. */
final class CounterTable {

    private static final int NAME = 30;
    private static final int CELL = 14;

    private final Function<String, Optional<String>> meaning;

    CounterTable(Function<String, Optional<String>> meaning) {
        this.meaning = meaning;
    }

    void print(Page page, RunResult result) {
        Map<String, Map<String, Long>> bySide = result.counters();
        TreeSet<String> names = new TreeSet<>(Comparator.comparing(CounterTone::of).thenComparing(Comparator.naturalOrder()));
        bySide.values().forEach(counters -> names.addAll(counters.keySet()));
        page.block("Counters");
        if (names.isEmpty()) {
            page.line("no kernel counter moved, or none could be read");
            return;
        }
        List<String> sides = List.copyOf(bySide.keySet());
        StringBuilder heading = new StringBuilder(Lines.left("", NAME));
        sides.forEach(side -> heading.append(Lines.right(side.equals("shared") ? "both ends" : side, CELL)));
        page.line(page.paint(Ink.QUIET, heading.toString()));
        List<String> unexplained = new ArrayList<>();
        for (String name : names) {
            Optional<String> sentence = meaning.apply(name);
            if (sentence.isPresent() && CounterTone.of(name) != CounterTone.BACKGROUND) {
                page.line(row(page, name, sides, bySide));
                page.led("  ", Ink.QUIET, sentence.get());
            } else {
                unexplained.add(name);
            }
        }
        if (!unexplained.isEmpty()) {
            page.sentence(Ink.QUIET, "also moved, see result.json: " + String.join(" ", unexplained));
        }
    }

    private static String row(Page page, String name, List<String> sides, Map<String, Map<String, Long>> bySide) {
        StringBuilder values = new StringBuilder();
        for (String side : sides) {
            long value = bySide.getOrDefault(side, Map.of()).getOrDefault(name, 0L);
            values.append(Lines.right(value == 0 ? "·" : Figures.count(value), CELL));
        }
        String padded = Lines.left(name, NAME);
        return switch (CounterTone.of(name)) {
            case TROUBLE -> page.paint(Ink.BAD, padded + values);
            case REMARKABLE -> page.paint(Ink.CAUTION, padded) + values;
            case ORDINARY, BACKGROUND -> padded + values;
        };
    }
}
