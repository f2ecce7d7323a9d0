package dev.netchurn.loadgen.lab;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds what somebody who mistyped a name may have meant. */
final class NearestName {

    private NearestName() {
    }

    /** The name that needs the fewest changes, or that contains what was typed; empty when none is near. */
    static Optional<String> of(String typed, List<String> names) {
        int most = Math.max(2, typed.length() / 3);
        return names.stream().filter(name -> typed.length() >= 3 && name.contains(typed)).findFirst()
                .or(() -> names.stream()
                        .filter(name -> nearness(typed, name) <= most)
                        .min(Comparator.comparingInt(name -> nearness(typed, name))));
    }

    /** The distance to the whole name, or to as much of its beginning as was typed: names are long. */
    private static int nearness(String typed, String name) {
        String beginning = name.substring(0, Math.min(name.length(), typed.length() + 1));
        return Math.min(distance(typed, name), distance(typed, beginning));
    }

    /** Insertions, deletions and replacements of single characters (Levenshtein). */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
