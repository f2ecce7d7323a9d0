package dev.netchurn.loadgen.connection;

import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.loadgen.source.SourceRotation;
import dev.netchurn.transport.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From where to where the connections of one event loop go: addresses made once, in the form that the engine hands on. Owned
 * by the event loop.
 */
final class Routes<A> {

    /** Makes an address in that form. */
    @FunctionalInterface
    interface Form<A> {
        A make(InetAddress address, int port);
    }

    private final List<A> targets;
    private final List<A> sources;
    private final SourceRotation rotation;
    private long taken = -1;

    Routes(EnginePlan enginePlan, Form<A> form) {
        List<Endpoint> endpoints = enginePlan.targets();
        SourcePlan plan = enginePlan.source();
        List<InetAddress> addresses = plan.addresses().isEmpty() && plan.bind() != SourcePlan.Bind.NONE
                ? wildcards(endpoints)
                : plan.addresses();
        this.targets = endpoints.stream().map(endpoint -> form.make(endpoint.address(), endpoint.port())).toList();
        this.sources = addresses.stream().map(address -> form.make(address, plan.namedPort())).toList();
        this.rotation = new SourceRotation(endpoints, addresses, enginePlan.loop(), enginePlan.loops());
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
    A next() {
        taken++;
        return targets.get(rotation.target(taken));
    }

    /** The place of a target in the plan's list. */
    int indexOf(A target) {
        int index = 0;
        while (targets.get(index) != target) {
            index++;
        }
        return index;
    }

    /** The local address of the current route, or null when the kernel chooses it. */
    @Nullable A source() {
        int source = sources.isEmpty() ? SourceRotation.KERNEL_CHOICE : rotation.source(taken);
        return source == SourceRotation.KERNEL_CHOICE ? null : sources.get(source);
    }
}
