package dev.netchurn.loadgen.namespace;

import java.util.Locale;

/** Where a run takes place. */
public enum Topology {
    /** Two private namespaces joined by a veth pair: each end has its own socket table, counters and sysctls. */
    VETH,
    /** One private namespace, both ends on its loopback link. */
    LOOPBACK,
    /** The network that netchurn was started in. */
    HOST;

    /**
     * Reads {@code veth loopback host}.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static Topology parse(String text) {
        for (Topology topology : values()) {
            if (topology.text().equals(text)) {
                return topology;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a topology; use veth, loopback or host");
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the run makes network namespaces of its own. */
    public boolean isPrivate() {
        return this != HOST;
    }
}
