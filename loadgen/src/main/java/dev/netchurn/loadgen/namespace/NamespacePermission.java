package dev.netchurn.loadgen.namespace;

import java.util.Optional;

/** Why this machine might forbid private namespaces, told from its settings. */
public final class NamespacePermission {

    private final Sysctls sysctls;

    public NamespacePermission(Sysctls sysctls) {
        this.sysctls = sysctls;
    }

    /** One sentence that names the cause and the remedy, for when {@code unshare} or {@code nsenter} failed with a message. */
    public String explain(String message) {
        return why(message)
                + "; what still works is --target HOST:PORT, or --topology host for an embedded target on this machine's own network";
    }

    /** As {@link #explain}, for what works nowhere else. */
    public String why(String message) {
        return "this machine does not allow a private network namespace (" + message.strip() + "): "
                + cause().orElse("the sandbox or container that netchurn runs in forbids it");
    }

    private Optional<String> cause() {
        if (is("kernel.apparmor_restrict_unprivileged_userns", "1")) {
            return Optional.of(
                    "AppArmor restricts user namespaces; as root, 'sysctl kernel.apparmor_restrict_unprivileged_userns=0' allows them");
        }
        if (is("kernel.unprivileged_userns_clone", "0")) {
            return Optional
                    .of("user namespaces are switched off; as root, 'sysctl kernel.unprivileged_userns_clone=1' allows them");
        }
        if (is("user.max_user_namespaces", "0")) {
            return Optional.of("no user namespace may be made; as root, 'sysctl user.max_user_namespaces=10000' allows them");
        }
        return Optional.empty();
    }

    private boolean is(String key, String value) {
        return sysctls.read(key).map(value::equals).orElse(false);
    }
}
