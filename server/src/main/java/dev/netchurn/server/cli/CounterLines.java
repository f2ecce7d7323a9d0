package dev.netchurn.server.cli;

import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.kernel.CounterTone;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import dev.netchurn.terminal.Screen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counters that moved, those of trouble first, each with its meaning. Where the screen has too few rows, a sentence is cut to
 * one line, and the last counters are left out. Pure.
 */
final class CounterLines {

    private static final int NAME = 26;
    private static final int COUNT = 11;
    /** Less of a sentence says nothing. */
    private static final int LEAST_MEANING = 24;
    private static final int LEAST_ROWS = 2;

    private final Screen screen;
    private final int room;

    /** @param room rows that there are for them */
    CounterLines(Screen screen, int room) {
        this.screen = screen;
        this.room = Math.max(LEAST_ROWS, room);
    }

    /** @param previous an earlier sample, or null for the first */
    List<String> of(WatchSample sample, @Nullable WatchSample previous) {
        List<String> names = sample.moved().values().keySet().stream()
                .filter(name -> CounterMeaning.of(name).isPresent() && !CounterMeaning.isBackground(name))
                .sorted(Comparator.comparing(CounterTone::of).thenComparing(Comparator.naturalOrder())).toList();
        String heading = "counters  of the whole network namespace, since the watch began";
        List<String> lines = new ArrayList<>(List.of(screen.paint(Ink.QUIET, screen.shown(screen.cut(heading)))));
        if (names.isEmpty()) {
            lines.add(screen.paint(Ink.QUIET, screen.cut("          none moved")));
            return lines;
        }
        List<String> whole = names.stream().flatMap(name -> rows(name, sample, previous).stream()).toList();
        if (lines.size() + whole.size() <= room) {
            lines.addAll(whole);
            return lines;
        }
        int shown = names.size() < room ? names.size() : room - 2;
        names.stream().limit(shown).forEach(name -> lines.add(row(name, sample, previous)));
        if (shown < names.size()) {
            lines.add(screen.paint(Ink.QUIET, screen.shown(screen.cut("… and " + (names.size() - shown)
                    + " more that moved; a taller terminal shows them"))));
        }
        return lines;
    }

    private List<String> rows(String name, WatchSample sample, @Nullable WatchSample previous) {
        return Lines.led(lead(name, sample), meaning(name), screen.columns() - 1).stream()
                .map(line -> painted(line, name, sample, previous)).toList();
    }

    private String row(String name, WatchSample sample, @Nullable WatchSample previous) {
        String lead = lead(name, sample);
        String line = screen.columns() - lead.length() < LEAST_MEANING ? lead.stripTrailing() : lead + meaning(name);
        return painted(line, name, sample, previous);
    }

    private static String lead(String name, WatchSample sample) {
        return Lines.left(name, NAME) + Lines.right(Figures.count(sample.moved().get(name)), COUNT) + "  ";
    }

    private static String meaning(String name) {
        return CounterMeaning.of(name).orElseThrow();
    }

    private String painted(String line, String name, WatchSample sample, @Nullable WatchSample previous) {
        String cut = screen.shown(screen.cut(line));
        if (CounterTone.of(name) != CounterTone.TROUBLE) {
            return cut;
        }
        boolean moves = previous == null || sample.moved().get(name) > previous.moved().get(name);
        return screen.paint(moves ? Ink.BAD : Ink.CAUTION, cut);
    }
}
