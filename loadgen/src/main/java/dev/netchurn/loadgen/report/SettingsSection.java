package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.Limiter;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The foot of report.html: books and CPU, what limited the run and what to try next, where it ran and with which settings. */
final class SettingsSection {

    private SettingsSection() {
    }

    static void conclusions(Html html, RunResult result) {
        RunResult.Books books = result.books();
        RunResult.Cpu cpu = result.cpu();
        NextCommand next = NextCommand.of(result);
        html.open("dl");
        term(html, "Books", "client " + Figures.count(books.ledger()) + ", its kernel " + Figures.count(books.activeOpens())
                + ", server's kernel " + Figures.count(books.passiveOpens()) + ", target " + Figures.count(books.accepted())
                + (books.agree() == null ? "" : books.agree() ? ": equal" : ": not equal"));
        books.differences().forEach(difference -> html.element("dd", difference, "class", "bad"));
        RunResult.ActiveCloser closer = result.activeCloser();
        if (closer != null) {
            term(html, "Closed first", "client " + Figures.count(closer.client()) + ", server " + Figures.count(closer.server())
                    + ", both at once " + Figures.count(closer.both()));
        }
        RunResult.ListenQueueSummary queue = result.listenQueue();
        if (queue != null) {
            term(html, "Accept queue", Figures.count(queue.peak()) + " at most, of " + Figures.count(queue.limit()));
        }
        term(html, "CPU", "client " + Figures.time(cpu.clientNsPerConnection()) + " per connection ("
                + Figures.cores(cpu.clientCores()) + " cores), target " + Figures.time(cpu.serverNsPerConnection()) + " ("
                + Figures.cores(cpu.serverCores()) + " cores)");
        term(html, "Limited by", Limiter.of(result).sentence());
        term(html, "Not in here", RunWords.leftOut(result));
        html.element("dt", "Try next").open("dd").element("code", next.command()).text(next.why()).close("dd");
        html.close("dl");
    }

    static void settings(Html html, RunResult result) {
        RunResult.Environment environment = result.environment();
        TableSections.begin(html, "Environment", "", "value");
        pair(html, "kernel", environment.kernel());
        pair(html, "CPUs", environment.cpus() + (environment.cpuModel() == null ? "" : " × " + environment.cpuModel()));
        pair(html, "memory", environment.memoryBytes() == null ? Figures.NONE : gibibytes(environment.memoryBytes()));
        pair(html, "netchurn, JDK, Netty", environment.netchurn() + ", " + environment.jdk() + ", " + environment.netty());
        environment.limits().forEach((name, limit) -> pair(html, name, limit));
        TableSections.end(html);
        TableSections.begin(html, "Effective flags", "flag", "value");
        result.config().forEach((name, value) -> pair(html, "--" + name, value));
        TableSections.end(html);
        sysctls(html, environment.sysctls());
    }

    private static void sysctls(Html html, Map<String, Map<String, String>> bySide) {
        TreeSet<String> keys = new TreeSet<>();
        bySide.values().forEach(values -> keys.addAll(values.keySet()));
        TableSections.begin(html, "Sysctls, as read back", "key", String.join("\n", bySide.keySet()));
        for (String key : keys) {
            html.open("tr").open("th", "scope", "row").element("code", key).close("th");
            bySide.values().forEach(values -> html.element("td", values.getOrDefault(key, Figures.NONE)));
            html.close("tr");
        }
        TableSections.end(html);
    }

    private static void term(Html html, String name, String value) {
        html.element("dt", name).element("dd", value);
    }

    private static void pair(Html html, String name, @Nullable Object value) {
        html.open("tr").element("th", name, "scope", "row").element("td", value == null ? Figures.NONE : value.toString())
                .close("tr");
    }

    private static String gibibytes(long bytes) {
        return Math.round(bytes / (double) (1 << 30)) + " GiB";
    }
}
