package dev.netchurn.closepath;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Prints JMH's JSON as a table that fits a screen: a line per benchmark and parameters, times in nanoseconds. */
public final class ResultTable {

    private static final int TEXT_COLUMNS = 2;
    private static final String MISSING = "-";
    private static final Map<String, Double> NANOSECONDS = Map.of("ns/op", 1.0, "us/op", 1e3, "ms/op", 1e6, "s/op", 1e9);
    private static final List<String> HEAD = List.of("benchmark", "parameters", "ns/op", "± 99.9 %", "calls/op", "bytes/op");

    private ResultTable() {
    }

    /** @param args the file that {@code -rff} named */
    public static void main(String[] args) {
        JsonNode results = new JsonMapper().readTree(Path.of(args[0]).toFile());
        lines(results).forEach(IO::println);
    }

    /** The table, its head first. */
    static List<String> lines(JsonNode results) {
        List<List<String>> rows = new ArrayList<>(List.of(HEAD));
        results.forEach(result -> rows.addAll(rows(result)));
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            Arrays.setAll(widths, column -> Math.max(widths[column], row.get(column).length()));
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    /** One row, or one for each method of a group, whose own score would be an average of different things. */
    private static List<List<String>> rows(JsonNode result) {
        String name = result.path("benchmark").asString().replaceFirst(".*\\.(\\w+?)(?:Benchmark)?\\.(\\w+)$", "$1.$2");
        String parameters = result.path("params").propertyStream()
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue().asString())
                .collect(Collectors.joining(" "));
        JsonNode secondary = result.path("secondaryMetrics");
        List<List<String>> members = secondary.propertyStream().filter(metric -> isTime(metric.getValue()))
                .map(metric -> row(name + ":" + metric.getKey(), parameters, metric.getValue(), secondary)).toList();
        return members.isEmpty() ? List.of(row(name, parameters, result.path("primaryMetric"), secondary)) : members;
    }

    private static List<String> row(String name, String parameters, JsonNode time, JsonNode secondary) {
        double scale = NANOSECONDS.getOrDefault(time.path("scoreUnit").asString(), Double.NaN);
        return List.of(name, parameters,
                number(time.path("score"), scale, "%.0f"), number(time.path("scoreError"), scale, "%.0f"),
                number(secondary.at("/systemCalls/score"), 1, "%.2f"),
                number(secondary.at("/allocatedBytes/score"), 1, "%.0f"));
    }

    private static boolean isTime(JsonNode metric) {
        return NANOSECONDS.containsKey(metric.path("scoreUnit").asString(""));
    }

    /** JMH writes the error of a single value as a text, "NaN". */
    private static String number(JsonNode value, double scale, String format) {
        return value.isNumber() ? String.format(Locale.ROOT, format, value.asDouble() * scale) : MISSING;
    }

    private static String line(List<String> row, int[] widths) {
        return IntStream.range(0, row.size())
                .mapToObj(column -> column < TEXT_COLUMNS
                        ? row.get(column) + " ".repeat(widths[column] - row.get(column).length())
                        : " ".repeat(widths[column] - row.get(column).length()) + row.get(column))
                .collect(Collectors.joining("  "));
    }
}
