package dev.netchurn.loadgen.cli;

import dev.netchurn.clock.DurationText;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.SocketOptions;
import dev.netchurn.loadgen.namespace.SysctlSetting;
import dev.netchurn.loadgen.run.Assertion;
import dev.netchurn.loadgen.run.EnvironmentRequest;
import dev.netchurn.loadgen.run.LoadRequest;
import dev.netchurn.loadgen.run.SourceRequest;
import dev.netchurn.loadgen.run.TargetRequest;
import dev.netchurn.server.EscapedText;
import dev.netchurn.server.Exchange;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Every effective flag by its long name, as a result records it: with these a run can be repeated. */
final class EffectiveConfig {

    private EffectiveConfig() {
    }

    static Map<String, Object> of(LoadRequest load, TargetRequest target, EnvironmentRequest environment, Set<String> allowed,
            List<Assertion> assertions, boolean force, OutputOptions output) {
        Map<String, Object> config = new LinkedHashMap<>();
        target(config, target);
        arrival(config, load);
        config.put("warmup", duration(load.warmupNs()));
        config.put("duration", duration(load.measureNs()));
        if (load.connections() > 0) {
            config.put("connections", load.connections());
        }
        config.put("drain", duration(load.drainNs()));
        config.put("interval", duration(load.intervalNs()));
        config.put("loops", load.loops());
        config.put("engine", load.engine().text());
        connection(config, load.connection());
        source(config, load.source());
        config.put("topology", environment.topology().text());
        if (environment.topology().isPrivate()) {
            config.put("base-sysctls", environment.base().text());
            config.put("sysctl", environment.sysctls().stream().map(SysctlSetting::text).toList());
        }
        config.put("census", environment.census().name().toLowerCase(Locale.ROOT));
        config.put("allow", List.copyOf(allowed));
        config.put("assert", assertions.stream().map(Assertion::expression).toList());
        config.put("force", force);
        config.put("metrics", output.isMetricsOff() ? "off" : output.metricsAddress().toString().replaceFirst("^.*/", ""));
        config.put("metrics-linger", DurationText.format(output.metricsLinger()));
        return config;
    }

    private static void target(Map<String, Object> config, TargetRequest target) {
        switch (target) {
            case TargetRequest.Embedded embedded -> {
                config.put("server-engine", embedded.engine().text());
                config.put("server-close", embedded.close().text());
                config.put("family", embedded.family());
                config.put("target-addresses", embedded.addresses() == 0 ? "auto" : embedded.addresses());
                config.put("backlog", embedded.backlog());
                config.put("acceptors", embedded.acceptors());
            }
            case TargetRequest.Program program -> {
                config.put("target-command", program.command());
                config.put("target-port", program.port());
                config.put("target-start-timeout", duration(program.listenWithinNs()));
                config.put("family", program.family());
                config.put("target-addresses", program.addresses() == 0 ? "auto" : program.addresses());
            }
            case TargetRequest.External external -> {
                config.put("target", external.hostPorts());
                config.put("i-own-target", external.owned());
                if (external.observe() != null) {
                    config.put("observe", external.observe());
                }
            }
        }
    }

    private static void arrival(Map<String, Object> config, LoadRequest load) {
        switch (load.arrival()) {
            case ArrivalPlan.ClosedLoop closed -> config.put("concurrency", closed.concurrency());
            case ArrivalPlan.OpenLoop open -> {
                if (open.isRamp()) {
                    config.put("ramp", plain(open.fromPerSecond()) + ":" + plain(open.toPerSecond()));
                } else {
                    config.put("rate", open.fromPerSecond());
                }
                config.put("arrival", open.spacing().name().toLowerCase(Locale.ROOT));
                config.put("max-in-flight", load.maxInFlight());
                config.put("overload", load.overload().name().toLowerCase(Locale.ROOT));
            }
        }
    }

    private static void connection(Map<String, Object> config, ConnectionPlan connection) {
        config.put("close", connection.close().text());
        if (connection.closers() > 0) {
            config.put("closers", connection.closers());
        }
        config.put("hold", duration(connection.holdNs()));
        exchange(config, connection.exchange());
        options(config, connection.options());
        config.put("connect-timeout", duration(connection.connectTimeoutNs()));
        config.put("close-timeout", duration(connection.closeTimeoutNs()));
        config.put("exchange-timeout", duration(connection.exchangeTimeoutNs()));
        config.put("eager", connection.eager().name().toLowerCase(Locale.ROOT));
    }

    private static void exchange(Map<String, Object> config, Exchange exchange) {
        switch (exchange) {
            case Exchange.None _, Exchange.Request _ -> config.put("exchange", exchange.text());
            case Exchange.Literal(EscapedText payload, EscapedText expect) -> {
                if (!payload.text().isEmpty()) {
                    config.put("payload", payload.text());
                }
                if (!expect.text().isEmpty()) {
                    config.put("expect", expect.text());
                }
            }
        }
    }

    /** Those that are off are left out. */
    private static void options(Map<String, Object> config, SocketOptions options) {
        if (options.reuseAddress()) {
            config.put("reuse-address", true);
        }
        if (options.reusePort()) {
            config.put("reuse-port", true);
        }
        if (options.noDelay()) {
            config.put("nodelay", true);
        }
        if (options.linger2Seconds() != 0) {
            config.put("tcp-linger2", options.linger2Seconds());
        }
        if (options.userTimeoutMs() != 0) {
            config.put("user-timeout", DurationText.format(Duration.ofMillis(options.userTimeoutMs())));
        }
    }

    private static void source(Map<String, Object> config, SourceRequest source) {
        config.put("source", source.addresses().isEmpty()
                ? "auto"
                : source.addresses().stream().map(InetAddress::getHostAddress).toList());
        if (source.lowPort() != 0) {
            config.put("source-ports", source.lowPort() + "-" + source.highPort());
        }
        config.put("bind", source.bind() == null ? "auto" : source.bind().text());
    }

    /** As the flags read it: never with an exponent. */
    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static String duration(long ns) {
        return DurationText.format(Duration.ofNanos(ns));
    }
}
