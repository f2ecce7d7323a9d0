package dev.netchurn.loadgen.source;

/**
 * How many four-tuples a client that closes first can use, and how long they last. Pure arithmetic; what the kernel does
 * is in net/ipv4/inet_hashtables.c (__inet_hash_connect) and net/ipv4/tcp_ipv4.c (tcp_twsk_unique).
 *
 * @param ports local ports in ip_local_port_range (or the narrower IP_LOCAL_PORT_RANGE), without the reserved ones
 * @param steppedByTwo whether connect() tries the ports of one parity first and only then the others: true unless
 *     IP_LOCAL_PORT_RANGE is set on the socket (Linux 6.8)
 * @param sources local addresses, at least 1
 * @param targets addresses and ports of targets, at least 1
 * @param bind an early bind makes a port exclusive for all targets
 * @param reuse how net.ipv4.tcp_tw_reuse treats this path
 * @param timeWaitNs how long the kernel keeps TIME_WAIT, 60 s
 * @param maxTimeWait net.ipv4.tcp_max_tw_buckets: above it no TIME_WAIT is made; 0 = none ever
 */
public record PortBudget(
        int ports,
        boolean steppedByTwo,
        int sources,
        int targets,
        SourcePlan.Bind bind,
        Reuse reuse,
        long timeWaitNs,
        long maxTimeWait) {

    /** A kernel constant (TCP_TIMEWAIT_LEN): no setting changes it. */
    public static final long TIME_WAIT_NS = 60_000_000_000L;

    private static final double TAKEN_PER_ROUND = 1 / 4.5;

    /** Stands for a moment that does not come. */
    public static final double NEVER = Double.POSITIVE_INFINITY;

    /**
     * Whether connect() may take over a four-tuple in TIME_WAIT.
     *
     * @param allowed by tcp_tw_reuse, timestamps and the path
     * @param delayNs net.ipv4.tcp_tw_reuse_delay, 1 s by default
     */
    public record Reuse(boolean allowed, long delayNs) {

        /**
         * As the kernel decides.
         *
         * @param tcpTwReuse 0 = never, 1 = always, 2 = on loopback
         * @param loopback whether source or destination is 127/8, ::1, or leaves by the lo device
         * @param timestamps net.ipv4.tcp_timestamps is not 0, without which nothing is reused
         */
        public static Reuse of(int tcpTwReuse, boolean loopback, boolean timestamps, long delayNs) {
            return new Reuse(timestamps && (tcpTwReuse == 1 || tcpTwReuse == 2 && loopback), delayNs);
        }
    }

    public PortBudget {
        if (ports < 0 || ports > 65536 || sources < 1 || targets < 1) {
            throw new IllegalArgumentException("a port budget needs a source, a target and at most 65536 ports");
        }
        if (timeWaitNs <= 0 || maxTimeWait < 0 || reuse.delayNs() < 0) {
            throw new IllegalArgumentException("a port budget needs a TIME_WAIT time above 0");
        }
    }

    /** Different connections that can exist at a time, TIME_WAIT included. */
    public long fourTuples() {
        return tuples(ports);
    }

    /**
     * Of these, those that connect() finds quickly. Beyond it every connect() first walks over all ports of one parity:
     * milliseconds instead of microseconds.
     */
    public long quickFourTuples() {
        return tuples(steppedByTwo ? (ports + 1) / 2 : ports);
    }

    private long tuples(int usablePorts) {
        return (long) usablePorts * sources * (bind == SourcePlan.Bind.EARLY ? 1 : targets);
    }

    /** How long a four-tuple is out of use after the client has closed first. An early bound port is never taken over. */
    public long outOfUseNs() {
        if (maxTimeWait == 0) {
            return 0;
        }
        return reuse.allowed() && bind != SourcePlan.Bind.EARLY ? Math.min(reuse.delayNs(), timeWaitNs) : timeWaitNs;
    }

    /** The highest rate of closes per second that can go on for ever; infinite when closes take nothing away. */
    public double sustainablePerSecond() {
        return perSecond(fourTuples());
    }

    /** The highest rate at which ports stay quick to find for ever. */
    public double quickPerSecond() {
        return perSecond(quickFourTuples());
    }

    private double perSecond(long fourTuples) {
        return neverFull(fourTuples) ? Double.POSITIVE_INFINITY : fourTuples * 1e9 / outOfUseNs();
    }

    /** Whether TIME_WAIT can never hold so many, because the kernel makes no more of them before. */
    private boolean neverFull(long fourTuples) {
        return outOfUseNs() == 0 || maxTimeWait < fourTuples;
    }

    /** Seconds until connect() finds no port any more, or {@link #NEVER}. */
    public double secondsUntilExhaustion(double closesPerSecond) {
        return secondsUntil(fourTuples(), closesPerSecond);
    }

    /** Seconds until ports become slow to find (see {@link #quickFourTuples}), or {@link #NEVER}. */
    public double secondsUntilSlow(double closesPerSecond) {
        return secondsUntil(quickFourTuples(), closesPerSecond);
    }

    private double secondsUntil(long fourTuples, double closesPerSecond) {
        return closesPerSecond <= perSecond(fourTuples) ? NEVER : fourTuples / closesPerSecond;
    }

    /** Seconds until TIME_WAIT reaches tcp_max_tw_buckets (TCPTimeWaitOverflow rises from then on), or {@link #NEVER}. */
    public double secondsUntilOverflow(double closesPerSecond) {
        boolean reached = maxTimeWait < fourTuples() && maxTimeWait < closesPerSecond * timeWaitNs / 1e9;
        return reached ? maxTimeWait / closesPerSecond : NEVER;
    }

    /**
     * Sockets in TIME_WAIT at the client, given how many it has closed in the time that one lasts.
     *
     * @param closed within that time
     * @param closesPerSecond at which ports are asked for
     */
    public double inTimeWait(double closed, double closesPerSecond) {
        if (!reuse.allowed() || bind == SourcePlan.Bind.EARLY) {
            return Math.min(closed, Math.min(fourTuples(), maxTimeWait));
        }
        return Math.min(different(closed, closesPerSecond <= quickPerSecond() ? quickFourTuples() : fourTuples()), maxTimeWait);
    }

    /** As {@link #inTimeWait}, at a server with so many buckets: the client's own ports are free again at once. */
    public double inTimeWaitAtServer(double closed, long maxTimeWaitAtServer) {
        return Math.min(different(closed, quickFourTuples()), maxTimeWaitAtServer);
    }

    /**
     * How many different four-tuples a number of connections leaves in TIME_WAIT when those may be taken again: connect() goes
     * round the ports and leaves out 0 to 7 at random after each that it took (__inet_hash_connect), so it takes one in 4.5 in
     * every round. A round leaves the rest of those that no earlier one took.
     */
    private static double different(double connections, long fourTuples) {
        double rounds = connections / (fourTuples * TAKEN_PER_ROUND);
        double whole = Math.floor(rounds);
        return fourTuples * (1 - Math.pow(1 - TAKEN_PER_ROUND, whole) * (1 - TAKEN_PER_ROUND * (rounds - whole)));
    }
}
