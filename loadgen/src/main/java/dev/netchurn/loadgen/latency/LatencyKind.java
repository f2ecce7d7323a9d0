package dev.netchurn.loadgen.latency;

import com.fasterxml.jackson.annotation.JsonValue;

/** The latencies of one connection; the README's glossary and result.json use these names. */
public enum LatencyKind {
    /** Intended start to actual start: the generator's own lag. Open loop only. */
    WAIT("wait"),
    /** Start of connect() to established, as this process learns it. */
    CONNECT("connect"),
    /** Intended start to established: free of coordinated omission. Open loop only. */
    CONNECT_FROM_INTENDED("connectFromIntended"),
    /** Intended start (closed loop: start) to the server application's first sign: first byte, or its FIN. */
    RESPONSE("response"),
    /** Duration of close(2). */
    CLOSE_CALL("closeCall"),
    /** shutdown(WR) to the server's FIN. */
    CLOSE_HANDSHAKE("closeHandshake"),
    /** Duration of close(2) with SO_LINGER above 0: until our FIN is acknowledged, or the time is up. */
    LINGER_CLOSE("lingerClose"),
    /** Handed over to the closers to begin of close(2), where a close lingers. */
    CLOSER_QUEUE("closerQueue"),
    /** End of the exchange to the server's FIN, where the server closes first. */
    PEER_CLOSE("peerClose"),
    /** TCP_INFO's tcpi_rtt right after establishment, of connections whose SYN was not repeated. */
    KERNEL_RTT("kernelRtt"),
    /** Established at the client to accepted by the target; sampled. */
    ACCEPT_QUEUE("acceptQueue"),
    /** How late an event loop's regular tick ran. */
    EVENT_LOOP_DELAY("eventLoopDelay");

    private final String text;

    LatencyKind(String text) {
        this.text = text;
    }

    /** As written in results, such as {@code connectFromIntended}. */
    @JsonValue
    public String text() {
        return text;
    }

    /** Whether percentiles rank over all scheduled arrivals, those that failed counting as infinitely late. */
    public boolean ranksOverScheduled() {
        return this == CONNECT_FROM_INTENDED || this == RESPONSE;
    }
}
