package dev.netchurn.loadgen.namespace;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a worker prepares the private namespace that it finds itself in.
 *
 * @param veth the pair to make, or null when this namespace has none or the other side makes it
 * @param addresses to put on links
 * @param base settings that are copied as far as this namespace takes them
 * @param required settings that must hold, or the run does not start
 * @param shownByMachine those of the required keys that exist outside of the namespace
 */
public record NamespacePlan(
        @Nullable Veth veth, List<LinkAddress> addresses, Map<String, String> base, Map<String, String> required,
        Set<String> shownByMachine) {

    /**
     * A veth pair.
     *
     * @param link the end that stays here
     * @param peerLink the other end
     * @param peerPid a process in the namespace where the other end goes
     */
    public record Veth(String link, String peerLink, long peerPid) {
    }

    /** An address and its prefix length on a link of this namespace; the link is brought up. */
    public record LinkAddress(String link, InetAddress address, int prefixLength) {
    }

    /** The same, with a veth pair to make. */
    public NamespacePlan with(Veth pair) {
        return new NamespacePlan(pair, addresses, base, required, shownByMachine);
    }

    public NamespacePlan {
        addresses = List.copyOf(addresses);
        base = Map.copyOf(base);
        required = Map.copyOf(required);
        shownByMachine = Set.copyOf(shownByMachine);
    }
}
