package dev.netchurn.metrics;

import io.prometheus.metrics.model.snapshots.MetricMetadata;

/**
 * Every meter: its name, what it means, and by its suffix its unit. Names follow the conventions of Prometheus: base
 * units, {@code _total} on counters. The texts are what a scrape shows as HELP.
 */
public enum MeterName {
    CONNECTIONS("netchurn_connections_total", "Arrivals that have ended, by outcome; every arrival has exactly one."),
    CLOSES("netchurn_closes_total", "Established connections that have ended, by how they ended."),
    CONNECT_DURATION("netchurn_connect_duration_seconds",
            "From the start of connect() to established. Buckets at 1, 3 and 7 s show repeated SYNs."),
    RESPONSE_DURATION("netchurn_response_duration_seconds",
            "From the intended start (closed loop: the start) to the first sign of the server application."),
    CLOSE_DURATION("netchurn_close_duration_seconds",
            "Closing a connection, by kind: call = close(2) itself, handshake = own FIN to the server's, "
                    + "linger = close(2) with SO_LINGER, peer = end of the exchange to the server's FIN."),
    LATENCY_PERCENTILE("netchurn_latency_percentile_seconds",
            "Exact percentile of a latency over the measurement so far, as result.json will tell it. Not to be added or averaged; "
                    + "use the histograms for that."),
    SCHEDULE_LAG("netchurn_schedule_lag_seconds",
            "From the intended start to the start of connect(): the generator's own lag. Open loop only."),
    IN_FLIGHT("netchurn_connections_in_flight", "Connections that were begun and have not ended."),
    OFFERED_RATE("netchurn_offered_rate_per_second", "Arrivals per second that the schedule asks for now. Open loop only."),
    TCP_SOCKETS("netchurn_tcp_sockets", "Sockets that the kernel holds, by side and TCP state."),
    UNACCEPTED_SOCKETS("netchurn_unaccepted_sockets",
            "CLOSE_WAIT sockets that the server never accepted; netchurn_tcp_sockets counts them as well."),
    TIME_WAIT_LIMIT("netchurn_time_wait_limit",
            "net.ipv4.tcp_max_tw_buckets: TIME_WAIT and orphaned FIN_WAIT2 sockets that the side's network namespace may hold. "
                    + "Sides in one namespace share it."),
    FOUR_TUPLES_LIMIT("netchurn_four_tuples_limit",
            "Different connections to the targets that local addresses and ports allow at a time, TIME_WAIT included."),
    FOUR_TUPLES_LEFT("netchurn_four_tuples_left",
            "How many of netchurn_four_tuples_limit no socket holds now. Where TIME_WAIT may be reused, running out is harmless."),
    CENSUS_AGE("netchurn_census_age_seconds",
            "Age of the last walk of the socket table. ESTABLISHED and TIME_WAIT are always fresh, other states are as old as this."),
    PREDICTED_TIME_WAIT("netchurn_predicted_time_wait_sockets",
            "Sockets that should be in TIME_WAIT now, by side: connections closed in the last 60 s and a bit."),
    TCP_EVENTS("netchurn_tcp_events_total", "The kernel's TCP counters, by side, under the names that nstat uses."),
    LISTEN_QUEUE_LENGTH("netchurn_listen_queue_length", "Established connections that wait for accept()."),
    LISTEN_QUEUE_LIMIT("netchurn_listen_queue_limit",
            "How many connections may wait for accept(): min(backlog, somaxconn), added up over the listeners."),
    LISTEN_DROPS("netchurn_listen_drops_total", "SYNs and final ACKs that the listeners dropped since they were made."),
    PORT_SOCKETS("netchurn_port_sockets",
            "Sockets by watched port, side and TCP state, as of the last walk of the socket table. A walk leaves TIME_WAIT out "
                    + "when there is very much of it; then there is no such series."),
    PORT_LISTEN_QUEUE_LENGTH("netchurn_port_listen_queue_length",
            "Established connections that wait for accept(), by watched port."),
    PORT_LISTEN_QUEUE_LIMIT("netchurn_port_listen_queue_limit", "How many connections may wait for accept(), by watched port."),
    PORT_LISTEN_DROPS("netchurn_port_listen_drops_total",
            "SYNs and final ACKs that the listeners of a watched port dropped since they were made."),
    OBSERVER_CPU("netchurn_observer_cpu_seconds_total",
            "CPU time that watching the kernel and taking snapshots used, by side."),
    WORKER_CPU("netchurn_worker_cpu_seconds_total", "CPU time that a worker was charged, user and system, by side."),
    RUN_INFO("netchurn_run_info", "What runs, as labels; the value is always 1."),
    RUN_PHASE("netchurn_run_phase", "1 for the phase that the run is in, 0 for the others."),
    RUN_VALID("netchurn_run_valid",
            "1 while a check of validity holds, 0 once it has failed, by reason. Reason verdict is there once the run was judged: "
                    + "0 = INVALID or interrupted.");

    private final String text;
    private final String help;

    MeterName(String text, String help) {
        this.text = text;
        this.help = help;
    }

    /** The name as a scrape shows it. */
    public String text() {
        return text;
    }

    /** The help text as a scrape shows it. */
    public String help() {
        return help;
    }

    boolean isCounter() {
        return text.endsWith("_total");
    }

    /** Whether its value is always 1 and its labels are what it tells. */
    boolean isInfo() {
        return text.endsWith("_info");
    }

    /** Name and help in the form that client_java wants: it adds {@code _total} and {@code _info} itself. */
    MetricMetadata metadata() {
        return new MetricMetadata(text.replaceFirst("_(total|info)$", ""), help);
    }
}
