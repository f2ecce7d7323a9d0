package dev.netchurn.loadgen.connection;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.loadgen.source.SourceRotation;
import dev.netchurn.transport.Endpoint;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From where to where the connections of one event loop go: native addresses made once. Owned by the event loop. */
final class Routes {

    private final SocketAddress[] targets;
    private final SocketAddress[] sources;
    private final SourceRotation rotation;
    private long taken = -1;

    Routes(Arena arena, List<Endpoint> targets, SourcePlan plan, int loop, int loops) {
        List<InetAddress> addresses = plan.addresses().isEmpty() && plan.bind() != SourcePlan.Bind.NONE
                ? wildcards(targets)
                : plan.addresses();
        this.targets = targets.stream()
                .map(endpoint -> new SocketAddress(arena, endpoint.address(), endpoint.port()))
                .toArray(SocketAddress[]::new);
        this.sources = addresses.stream().map(address -> new SocketAddress(arena, address, 0)).toArray(SocketAddress[]::new);
        this.rotation = new SourceRotation(targets, addresses, loop, loops);
    }

    /** A bind without a given address leaves the address to the kernel and only chooses when the port is taken. */
    private static List<InetAddress> wildcards(List<Endpoint> targets) {
        List<InetAddress> wildcards = new ArrayList<>();
        for (int length : new int[] {4, 16}) {
            if (targets.stream().anyMatch(endpoint -> endpoint.address().getAddress().length == length)) {
                wildcards.add(addressOf(new byte[length]));
            }
        }
        return wildcards;
    }

    private static InetAddress addressOf(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are always an address", e);
        }
    }

    /** Goes on to the next connection's route. Returns its target. */
    SocketAddress next() {
        taken++;
        return targets[rotation.target(taken)];
    }

    /** The place of a target in the plan's list. */
    int indexOf(SocketAddress target) {
        int index = 0;
        while (targets[index] != target) {
            index++;
        }
        return index;
    }

    /** The local address of the current route, or null when the kernel chooses it. */
    @Nullable SocketAddress source() {
        int source = sources.length == 0 ? SourceRotation.KERNEL_CHOICE : rotation.source(taken);
        return source == SourceRotation.KERNEL_CHOICE ? null : sources[source];
    }
}
