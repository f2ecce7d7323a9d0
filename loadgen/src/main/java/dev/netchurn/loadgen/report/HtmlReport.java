package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.RunResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A finished run as one page of HTML that needs nothing but itself: text and tables are written here, charts are drawn by the
 * page's own script with Apache ECharts, and the result lies inside for download. Immutable; safe to use from any thread.
 */
public final class HtmlReport {

    /** A result that is larger when compressed is not put into the page: its file lies beside it. */
    private static final int MOST_EMBEDDED_BYTES = 450_000;
    private static final String RESOURCES = "/dev/netchurn/report/";
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    private final JsonMapper mapper = JsonMapper.builder().disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();
    private final ResultJson json = new ResultJson();
    private final Function<String, Optional<String>> counterMeaning;

    /** @param counterMeaning one sentence for the name of a kernel counter, where there is one */
    public HtmlReport(Function<String, Optional<String>> counterMeaning) {
        this.counterMeaning = counterMeaning;
    }

    /**
     * Writes the page; a reader never sees half of it.
     *
     * @param latencyLog of the same run; null, or a file that is not there, leaves latency over time out
     * @throws IOException when the log cannot be read or the page cannot be written
     */
    public void write(RunResult result, @Nullable Path latencyLog, Path file) throws IOException {
        String page = page(result, latencyLog);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.writeString(part, page);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** The page as text. */
    String page(RunResult result, @Nullable Path latencyLog) throws IOException {
        TimeColumns columns = new TimeColumns(result.intervals());
        LatencyColumns latencies = new LatencyColumns(columns);
        String logNote = "";
        if (latencyLog != null && Files.exists(latencyLog) && columns.size() > 0) {
            LatencyLogReader log = new LatencyLogReader(latencyLog);
            log.forEach(latencies::add);
            logNote = log.unreadable() == 0 ? "" : log.unreadable() + " lines of the latency log were cut and are left out.";
        }
        String raw = embedded(result);
        String title = "netchurn: " + RunWords.title(result);
        return filled("report.html", Map.ofEntries(
                Map.entry("title", Html.escape(title)),
                Map.entry("heading", Html.escape(RunWords.title(result))),
                Map.entry("when",
                        Html.escape(result.name() + ", " + RunWords.started(result) + ", Linux " + result.environment().kernel()
                                + ", netchurn "
                                + result.environment().netchurn())),
                Map.entry("style", resource("report.css")),
                Map.entry("verdict", section(html -> VerdictSection.write(html, result))),
                Map.entry("tables", tables(result, logNote)),
                Map.entry("model", inScript(mapper.writeValueAsString(ChartModel.of(result, columns, latencies)))),
                Map.entry("raw", raw),
                Map.entry("charts", resource("echarts.min.js")),
                Map.entry("theme", resource("theme.js")),
                Map.entry("drawing", resource("drawing.js")),
                Map.entry("script", resource("report.js"))));
    }

    private String tables(RunResult result, String logNote) {
        return section(html -> {
            html.open("section", "id", "latency").element("h2", "Latency");
            if (!logNote.isEmpty()) {
                html.element("p", logNote, "class", "note");
            }
            html.open("div", "data-chart", "spectrum").close("div");
            TableSections.latency(html, result);
            SynRepeatSection.write(html, result);
            html.close("section").open("section", "id", "sockets").element("h2", "Connections and sockets");
            TableSections.outcomes(html, result);
            TableSections.sockets(html, result);
            ExplanationSection.write(html, result);
            html.close("section").open("section", "id", "counters").element("h2", "What the kernel counted");
            TableSections.counters(html, result, counterMeaning);
            html.close("section").open("section", "id", "conclusions").element("h2", "What it says");
            SettingsSection.conclusions(html, result);
            html.close("section").open("section", "id", "settings").element("h2", "Where and how");
            SettingsSection.settings(html, result);
            html.close("section");
        });
    }

    private static String section(Consumer<Html> writing) {
        Html html = new Html();
        writing.accept(html);
        return html.toString();
    }

    /** result.json, compressed, in characters that end no script element; empty where it would make the page too large. */
    private String embedded(RunResult result) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
            zipped.write(json.text(result).getBytes(StandardCharsets.UTF_8));
        }
        return bytes.size() > MOST_EMBEDDED_BYTES ? "" : Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** JSON that cannot end the script element it stands in. */
    static String inScript(String json) {
        return json.replace("<", "\\u003c");
    }

    /** A resource with its places filled; what is filled in is not searched for places. */
    static String filled(String template, Map<String, String> values) {
        Matcher place = PLACE.matcher(resource(template));
        StringBuilder page = new StringBuilder();
        while (place.find()) {
            String value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalStateException(template + " asks for '" + place.group(1) + "', which nobody gives");
            }
            place.appendReplacement(page, Matcher.quoteReplacement(value));
        }
        return place.appendTail(page).toString();
    }

    static String resource(String name) {
        try (InputStream stream = HtmlReport.class.getResourceAsStream(RESOURCES + name)) {
            if (stream == null) {
                throw new IllegalStateException("this build lacks " + RESOURCES + name + "; build it again with Maven");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }
}
