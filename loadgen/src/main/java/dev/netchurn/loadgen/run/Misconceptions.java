package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.namespace.SysctlSetting;
import dev.netchurn.loadgen.run.CensusSummary.StateCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Widespread beliefs about closing and reusing connections that a run walks into. Each is named only when the run's own figures
 * show it; the kernel facts are those of net/ipv4 (tcp.c:__tcp_close, tcp_ipv4.c:tcp_twsk_unique, tcp_input.c:tcp_conn_request,
 * tcp_minisocks.c) and of Documentation/networking/ip-sysctl.rst. Used once, on a finished result.
 */
final class Misconceptions {

    private final RunResult result;
    private final List<SysctlSetting> asked;
    private final List<Misconception> found = new ArrayList<>();

    private Misconceptions(RunResult result, List<SysctlSetting> asked) {
        this.result = result;
        this.asked = asked;
    }

    /**
     * Those that a run shows, in a fixed order.
     *
     * @param asked what the user set with {@code --sysctl}
     */
    static List<Misconception> in(RunResult result, List<SysctlSetting> asked) {
        Misconceptions misconceptions = new Misconceptions(result, asked);
        misconceptions.closing();
        for (Side side : Side.values()) {
            misconceptions.finTimeout(side);
            misconceptions.overflow(side);
            misconceptions.closeWait(side);
        }
        misconceptions.reuse();
        misconceptions.queues();
        return List.copyOf(misconceptions.found);
    }

    private void closing() {
        for (Side side : Side.values()) {
            long aborts = counter(side, "TcpExtTCPAbortOnData");
            if (aborts > 0 && isOwn(side)) {
                say("abort",
                        "SO_LINGER {on, 0} is no fast way to close but an abort: " + aborts + " connections ended with an RST"
                                + who(side)
                                + ", which throws away what the other end has not read yet; that is why it leaves no"
                                + " TIME_WAIT");
            }
            long unread = counter(side, "TcpExtTCPAbortOnClose");
            if (unread > 0 && isOwn(side)) {
                say("unread", "close() is no FIN when bytes are unread: " + unread + " closes" + who(side)
                        + " became RSTs, whatever SO_LINGER says; read to the end before closing");
            }
        }
    }

    private void finTimeout(Side side) {
        Optional<String> value = asked(side, "net.ipv4.tcp_fin_timeout");
        long timeWait = left(side, TcpState.TIME_WAIT);
        if (value.isPresent() && timeWait > 0) {
            say("fin-timeout",
                    "net.ipv4.tcp_fin_timeout=" + value.get() + " does not shorten TIME_WAIT: it ends a FIN_WAIT2 that"
                            + " was closed; the " + timeWait + " sockets in TIME_WAIT at the " + side.text()
                            + " stay for 60 s whatever it says");
        }
    }

    private void overflow(Side side) {
        long overflows = counter(side, "TcpExtTCPTimeWaitOverflow");
        if (overflows > 0 && isOwn(side)) {
            say("overflow", "little TIME_WAIT is no success here: " + overflows + " were never made" + who(side)
                    + " because tcp_max_tw_buckets=" + setting(side, "net.ipv4.tcp_max_tw_buckets")
                    + " was reached; those connections closed without the protection against late segments");
        }
    }

    private void closeWait(Side side) {
        StateCount waiting = count(side, TcpState.CLOSE_WAIT);
        if (waiting != null && waiting.atEnd() != null && waiting.atEnd() > 0) {
            long unaccepted = waiting.unaccepted() == null ? 0 : waiting.unaccepted();
            say("close-wait", "CLOSE_WAIT is the application's doing, and no sysctl cures it: " + waiting.atEnd()
                    + " sockets of the " + side.text() + " wait for its own close()"
                    + (unaccepted > 0 ? ", of which " + unaccepted + " were never accepted" : ""));
        }
    }

    /** tcp_tw_reuse decides at connect(), by the settings of the client's side. */
    private void reuse() {
        Optional<SysctlSetting> set = asked.stream().filter(setting -> setting.key().equals("net.ipv4.tcp_tw_reuse"))
                .filter(setting -> !setting.value().equals("0")).reduce((_, last) -> last);
        if (set.isEmpty()) {
            return;
        }
        boolean isForClient = set.get().isFor(Side.CLIENT);
        String written = "net.ipv4.tcp_tw_reuse=" + set.get().value();
        long client = left(Side.CLIENT, TcpState.TIME_WAIT);
        long server = left(Side.SERVER, TcpState.TIME_WAIT);
        if (!isForClient || server > client) {
            say("reuse-at-server",
                    written + " does nothing for a server: it lets connect() take over a TIME_WAIT of its own side"
                            + (server > 0 ? ", so the " + server + " sockets in TIME_WAIT at the server stay" : ""));
        }
        if (isForClient && "0".equals(setting(Side.CLIENT, "net.ipv4.tcp_timestamps"))) {
            say("reuse-needs-timestamps", written + " needs timestamps, and net.ipv4.tcp_timestamps is 0: connect() took over "
                    + counter(Side.CLIENT, "TcpExtTWRecycled") + " TIME_WAIT");
        } else if (isForClient && set.get().value().equals("2") && !result.environment().topology().equals("loopback")
                && counter(Side.CLIENT, "TcpExtTWRecycled") == 0) {
            say("reuse-on-loopback-only", written + " means on loopback only: on " + result.environment().topology()
                    + " it is as good as 0, and as good as 1 with --topology loopback");
        }
    }

    private void queues() {
        Optional<String> limit = asked(Side.SERVER, "net.core.somaxconn");
        Long backlog = backlog();
        boolean clientOnly = limit.isEmpty() && asked(Side.CLIENT, "net.core.somaxconn").isPresent();
        if (limit.isPresent() && backlog != null && number(limit.get()) > backlog) {
            say("somaxconn",
                    "net.core.somaxconn=" + limit.get() + " makes no accept queue longer than the backlog that listen() was"
                            + " called with, here --backlog " + backlog
                            + "; and a server that runs already must call listen() again");
        } else if (clientOnly) {
            say("somaxconn", "net.core.somaxconn bounds the accept queues of a server; at the client it does nothing");
        }
        Optional<String> synBacklog = asked(Side.SERVER, "net.ipv4.tcp_max_syn_backlog");
        String cookies = setting(Side.SERVER, "net.ipv4.tcp_syncookies");
        if (synBacklog.isPresent() && !"0".equals(cookies)) {
            say("syn-backlog",
                    "net.ipv4.tcp_max_syn_backlog=" + synBacklog.get() + " acts only where net.ipv4.tcp_syncookies is 0,"
                            + " and it is " + cookies + ": the backlog of listen() bounds half-open connections");
        }
        long overflows = counter(Side.SERVER, "TcpExtListenOverflows");
        if ("1".equals(setting(Side.SERVER, "net.ipv4.tcp_abort_on_overflow")) && overflows > 0
                && counter(Side.SERVER, "TcpExtEmbryonicRsts") == 0) {
            say("abort-on-overflow",
                    "net.ipv4.tcp_abort_on_overflow=1 sends an RST only for a third segment that meets a full accept"
                            + " queue; the " + overflows
                            + " overflows here were dropped silently all the same, and clients wait a second"
                            + " and longer");
        }
    }

    private void say(String topic, String sentence) {
        found.add(new Misconception(topic, sentence + "."));
    }

    /** Counters of one namespace that both sides share are told once, as the client's. */
    private boolean isOwn(Side side) {
        return side == Side.CLIENT || !result.counters().containsKey("shared");
    }

    private String who(Side side) {
        return result.counters().containsKey("shared") ? "" : " at the " + side.text();
    }

    private long counter(Side side, String name) {
        Map<String, Map<String, Long>> counters = result.counters();
        Map<String, Long> own = counters.getOrDefault(side.text(), counters.getOrDefault("shared", Map.of()));
        return own.getOrDefault(name, 0L);
    }

    private @Nullable String setting(Side side, String key) {
        Map<String, Map<String, String>> sysctls = result.environment().sysctls();
        return sysctls.getOrDefault(side.text(), sysctls.getOrDefault("shared", Map.of())).get(key);
    }

    /** What the user set for a side; the last one counts. */
    private Optional<String> asked(Side side, String key) {
        return asked.stream().filter(setting -> setting.isFor(side) && setting.key().equals(key)).map(SysctlSetting::value)
                .reduce((_, last) -> last);
    }

    private @Nullable StateCount count(Side side, TcpState state) {
        CensusSummary census = result.census();
        Map<TcpState, StateCount> counts = census == null ? null : side == Side.CLIENT ? census.client() : census.server();
        return counts == null ? null : counts.get(state);
    }

    /** At the end; at the peak when there was no last walk. */
    private long left(Side side, TcpState state) {
        StateCount count = count(side, state);
        if (count == null) {
            return 0;
        }
        return count.atEnd() == null ? count.peak() : count.atEnd();
    }

    private @Nullable Long backlog() {
        return result.config().get("backlog") instanceof Number number ? Long.valueOf(number.longValue()) : null;
    }

    private static long number(String value) {
        return value.matches("\\d{1,9}") ? Long.parseLong(value) : 0;
    }
}
