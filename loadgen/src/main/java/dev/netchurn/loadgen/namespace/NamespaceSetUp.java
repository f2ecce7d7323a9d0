package dev.netchurn.loadgen.namespace;

import dev.netchurn.linux.RouteNetlink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Carries out a {@link NamespacePlan} in the namespace of this process. */
public final class NamespaceSetUp {

    private final Sysctls sysctls;

    public NamespaceSetUp(Sysctls sysctls) {
        this.sysctls = sysctls;
    }

    /**
     * Makes links and addresses, sets the base settings, and tries whether the required ones can be set.
     *
     * @return base settings that this namespace did not take, with the reason
     * @throws SysctlRefused when a required setting does not hold
     * @throws IllegalStateException when a link cannot be made
     */
    public List<String> apply(NamespacePlan plan) throws SysctlRefused {
        List<String> skipped = new ArrayList<>();
        new TreeMap<>(plan.base()).forEach((key, value) -> {
            Optional<String> own = sysctls.read(key);
            if (own.isEmpty() || own.get().equals(value)) {
                // Absent: it belongs to the whole machine, so the host's value holds here as well.
                return;
            }
            try {
                sysctls.write(key, value, Set.of());
            } catch (SysctlRefused refused) {
                skipped.add(refused.getMessage());
            }
        });
        makeLinks(plan);
        for (Map.Entry<String, String> entry : new TreeMap<>(plan.required()).entrySet()) {
            tryOut(entry.getKey(), entry.getValue(), plan.shownByMachine());
        }
        return skipped;
    }

    /** Sets a key and takes it back: the warm-up is to run under the base settings. */
    private void tryOut(String key, String value, Set<String> shownByMachine) throws SysctlRefused {
        String before = sysctls.read(key).orElse("");
        sysctls.write(key, value, shownByMachine);
        if (!before.isEmpty()) {
            sysctls.write(key, before, shownByMachine);
        }
    }

    private static void makeLinks(NamespacePlan plan) {
        try (RouteNetlink netlink = new RouteNetlink()) {
            netlink.setUp("lo");
            NamespacePlan.Veth veth = plan.veth();
            if (veth != null) {
                netlink.createVethPair(veth.link(), veth.peerLink(), veth.peerPid());
            }
            for (NamespacePlan.LinkAddress address : plan.addresses()) {
                netlink.addAddress(address.link(), address.address(), address.prefixLength());
            }
            plan.addresses().stream().map(NamespacePlan.LinkAddress::link).distinct().forEach(netlink::setUp);
        }
    }
}
