package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.Limiter;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The run worth making after this one.
 *
 * @param command to copy and paste
 * @param why what it would tell
 */
record NextCommand(String command, String why) {

    /** Flags that say what is measured; the next run keeps those that are not the default. */
    private static final List<String> KEPT =
            List.of("target", "i-own-target", "target-command", "target-port", "topology", "close", "server-close", "exchange",
                    "payload", "expect", "hold", "arrival",
                    "base-sysctls", "sysctl", "family");
    private static final Map<String, String> DEFAULTS =
            Map.of("topology", "veth", "close", "graceful", "server-close", "after-client",
                    "exchange", "none", "hold", "0s", "arrival", "constant", "base-sysctls", "roomy", "family", "4");
    private static final double SHARE_OF_CLOSED_LOOP = 0.8;

    static NextCommand of(RunResult result) {
        double achieved = result.rate().achievedPerSecond();
        if (result.ledger().established() == 0) {
            return new NextCommand("./netchurn run" + kept(result) + " --dry-run",
                    "shows the plan and its budgets without starting anything");
        }
        Double offered = result.rate().offeredPerSecond();
        if (offered == null) {
            return new NextCommand("./netchurn run" + kept(result) + " --rate " + rate(SHARE_OF_CLOSED_LOOP * achieved),
                    "an open loop at 80 % of this rate: latency as users feel it, because arrivals do not wait for the target");
        }
        Limiter.Kind kind = Limiter.of(result).kind();
        if (kind != Limiter.Kind.SCHEDULE || result.verdict().status() == Verdict.Status.INVALID) {
            return new NextCommand("./netchurn run" + kept(result) + " --rate " + rate(SHARE_OF_CLOSED_LOOP * achieved),
                    "80 % of what was reached: below the limit, the percentiles tell of the target and not of a growing queue");
        }
        if (result.census() != null && Boolean.TRUE.equals(result.census().timeWaitStillGrowing())) {
            return new NextCommand("./netchurn run" + kept(result) + " --rate " + rate(offered) + " --duration 2m",
                    "long enough for TIME_WAIT to reach its level and to expire, which costs CPU every 2 s");
        }
        return new NextCommand("./netchurn run" + kept(result) + " --rate " + rate(1.25 * offered),
                "a quarter more: is there room?");
    }

    /** A rate for the command line, rounded down to three digits. */
    static String rate(double perSecond) {
        double unit = perSecond >= 1e6 ? 1e6 : perSecond >= 1e3 ? 1e3 : 1;
        double value = perSecond / unit;
        double step = value >= 100 ? 1 : value >= 10 ? 0.1 : 0.01;
        double rounded = Math.max(step, Math.floor(value / step + 1e-9) * step);
        String digits = String.format(Locale.ROOT, "%.2f", rounded).replaceAll("\\.?0+$", "");
        return digits + (unit == 1e6 ? "m" : unit == 1e3 ? "k" : "");
    }

    private static String kept(RunResult result) {
        StringBuilder flags = new StringBuilder();
        for (String flag : KEPT) {
            Object setting = result.config().get(flag);
            if (setting instanceof Iterable<?> list) {
                list.forEach(one -> flags.append(flag(flag, one)));
            } else if (isWorthKeeping(flag, setting)) {
                flags.append(flag(flag, setting));
            }
        }
        return flags.toString();
    }

    private static boolean isWorthKeeping(String flag, @Nullable Object setting) {
        if (setting == null || setting.equals("")) {
            return false;
        }
        return !String.valueOf(setting).equals(DEFAULTS.get(flag));
    }

    private static String flag(String name, @Nullable Object setting) {
        return " --" + name + " " + quoted(String.valueOf(setting));
    }

    /** As a POSIX shell reads it back. */
    private static String quoted(String word) {
        return word.matches("[\\w.:,/=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
