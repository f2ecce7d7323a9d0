package dev.netchurn.server.cli;

import static java.util.Objects.requireNonNull;

import dev.netchurn.clock.DurationText;
import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.CensusMode;
import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.linux.NetlinkException;
import dev.netchurn.linux.Syscalls;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code netchurn watch}: shows what the kernel says about the sockets on some ports of this host, or of the network namespace
 * that it is started in, whatever server listens there. Makes no connection. Runs in the thread that calls it until its count is
 * reached or the process is told to end; the JVM then exits with 130 or 143 by itself.
 */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Shows sockets by side and state, accept queues and kernel counters for some ports; makes no load.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  netchurn watch --port 8080",
            "  netchurn watch --port 80,443 --interval 500ms --count 20 --json -"
        })
public final class WatchCommand implements Callable<Integer> {

    /** Exit code when the environment lacks what a command needs. */
    private static final int ENVIRONMENT_LACKS_SOMETHING = 3;
    private static final int STANDARD_OUTPUT = 1;
    private static final String STANDARD_OUTPUT_NAME = "-";
    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--port", required = true, split = ",", paramLabel = "P", converter = PortConverter.class,
            description = "Ports that the server listens on: a socket with such a local port is the server's, "
                    + "one with such a remote port the client's.")
    private List<Integer> ports = List.of();

    @Option(names = "--interval", paramLabel = "D", defaultValue = "1s", converter = IntervalConverter.class,
            description = "Time between readings (default: ${DEFAULT-VALUE}).")
    private Duration interval = Duration.ofSeconds(1);

    @Option(names = "--json", paramLabel = "FILE|-",
            description = "Append one line of JSON per reading to a file, or write it to standard output and nothing else there.")
    private @Nullable String json;

    @Option(names = "--count", paramLabel = "N", converter = CountConverter.class,
            description = "End after this many readings (default: at Ctrl-C).")
    private @Nullable Long count;

    private final SystemClock clock = new SystemClock();

    @Override
    public Integer call() throws InterruptedException {
        Set<Integer> watched = new TreeSet<>(ports);
        CommandSpec command = requireNonNull(spec);
        PrintWriter out = command.commandLine().getOut();
        try (KernelObserver observer =
                new KernelObserver(watched, CensusMode.AUTO, Set.of(Side.CLIENT, Side.SERVER), clock)) {
            watch(observer, watched, out);
            return 0;
        } catch (NetlinkException e) {
            command.commandLine().getErr().println("netchurn watch: " + e.getMessage());
            return ENVIRONMENT_LACKS_SOMETHING;
        } catch (IOException e) {
            throw new ParameterException(command.commandLine(), "'" + json + "' cannot be written: " + e.getMessage());
        }
    }

    private void watch(KernelObserver observer, Set<Integer> watched, PrintWriter out) throws IOException, InterruptedException {
        boolean onlyJson = STANDARD_OUTPUT_NAME.equals(json);
        boolean refreshes = isTerminal();
        WatchTable table = new WatchTable(watched);
        WatchJson lines = new WatchJson();
        try (@Nullable PrintWriter file = json == null || onlyJson ? null : append(Path.of(json))) {
            long startNs = clock.nanoTime();
            @Nullable TcpCounters atStart = null;
            boolean fileFailed = false;
            for (long reading = 0; count == null || reading < count; reading++) {
                sleepUntil(startNs + reading * interval.toNanos());
                KernelReading now = observer.read();
                atStart = atStart == null ? now.counters() : atStart;
                WatchSample sample = new WatchSample(clock.wallTime(), now.atNs() - startNs, now, observer.listenQueues(),
                        now.counters().since(atStart));
                if (onlyJson) {
                    print(out, lines.of(sample) + "\n");
                } else {
                    print(out, (refreshes ? HOME_AND_CLEAR : reading == 0 ? "" : "\n") + table.of(sample));
                }
                if (file != null && !fileFailed) {
                    print(file, lines.of(sample) + "\n");
                    fileFailed = saidThatWritingFails(file);
                }
            }
        }
    }

    /** A full disk must not end the watch; it is said once. */
    private boolean saidThatWritingFails(PrintWriter file) {
        if (!file.checkError()) {
            return false;
        }
        requireNonNull(spec).commandLine().getErr().println("netchurn watch: writing to '" + json + "' failed; going on without it");
        return true;
    }

    /** Flushes, so that what was shown is complete when the process is told to end. */
    private static void print(PrintWriter to, String text) {
        to.print(text);
        to.flush();
    }

    private static PrintWriter append(Path file) throws IOException {
        return new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8,
                StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    private void sleepUntil(long dueNs) throws InterruptedException {
        long waitNs = dueNs - clock.nanoTime();
        if (waitNs > 0) {
            Thread.sleep(Duration.ofNanos(waitNs));
        }
    }

    private static boolean isTerminal() {
        try (Syscalls syscalls = new Syscalls()) {
            return syscalls.isTerminal(STANDARD_OUTPUT);
        }
    }

    /** 1 to 65535. */
    static final class PortConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.matches("\\d{1,5}")) {
                int port = Integer.parseInt(text);
                if (port >= 1 && port <= 65535) {
                    return port;
                }
            }
            throw new TypeConversionException("'" + text + "' is not a port between 1 and 65535");
        }
    }

    /** 10 ms to 24 h. */
    static final class IntervalConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                Duration interval = DurationText.parse(text);
                if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
                    throw new TypeConversionException("'" + text + "' is shorter than " + DurationText.format(SHORTEST_INTERVAL));
                }
                return interval;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** 1 and more. */
    static final class CountConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            if (text.matches("[1-9]\\d{0,17}")) {
                return Long.valueOf(text);
            }
            throw new TypeConversionException("'" + text + "' is not a number of readings; write 1 or more");
        }
    }
}
