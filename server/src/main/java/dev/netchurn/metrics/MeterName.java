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
    SCHEDULE_LAG("netchurn_schedule_lag_seconds",
            "From the intended start to the start of connect(): the generator's own lag. Open loop only."),
    IN_FLIGHT("netchurn_connections_in_flight", "Connections that were begun and have not ended."),
    OFFERED_RATE("netchurn_offered_rate_per_second", "Arrivals per second that the schedule asks for now. Open loop only."),
    TCP_SOCKETS("netchurn_tcp_sockets", "Sockets that the kernel holds, by side and TCP state."),
    TCP_EVENTS("netchurn_tcp_events_total", "The kernel's TCP counters, by side, under the names that nstat uses."),
    LISTEN_QUEUE_LENGTH("netchurn_listen_queue_length", "Established connections that wait for accept()."),
    LISTEN_QUEUE_LIMIT("netchurn_listen_queue_limit",
            "How many connections may wait for accept(): min(backlog, somaxconn), added up over the listeners."),
    WORKER_CPU("netchurn_worker_cpu_seconds_total", "CPU time that a worker was charged, user and system, by side."),
    RUN_INFO("netchurn_run_info", "What runs, as labels; the value is always 1."),
    RUN_PHASE("netchurn_run_phase", "1 for the phase that the run is in, 0 for the others."),
    RUN_VALID("netchurn_run_valid", "1 while a check of validity holds, 0 once it has failed, by reason.");

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

    /** Name and help in the form that client_java wants: it adds {@code _total} and {@code _info} itself. */
    MetricMetadata metadata() {
        return new MetricMetadata(text.replaceFirst("_(total|info)$", ""), help);
    }
}
