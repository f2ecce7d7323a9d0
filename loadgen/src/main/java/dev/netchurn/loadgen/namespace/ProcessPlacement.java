package dev.netchurn.loadgen.namespace;

import java.util.ArrayList;
import java.util.List;

/**
 * The command words that put a child process into its network namespace.
 *
 * <p>Every child also ignores INT and TERM, because Ctrl-C reaches the whole process group and the controller decides what
 * happens then, and is killed by the kernel when the thread that started it ends (PR_SET_PDEATHSIG, prctl(2)), so that even
 * a frozen worker goes with a killed controller. The thread that starts a process must therefore live as long as the process.
 */
public final class ProcessPlacement {

    private static final String OWN_TABLE = """
            p=/proc/sys/net/ipv4
            (size=$(cat $p/tcp_ehash_entries) && echo "${size#-}" >$p/tcp_child_ehash_entries) 2>/dev/null
            exec unshare --net "$@"
            """;

    private final boolean privileged;

    /**
     * @param privileged whether this process may make network namespaces as it is (it is root); otherwise each set of
     *     namespaces belongs to a user namespace that maps this user to root (user_namespaces(7))
     */
    public ProcessPlacement(boolean privileged) {
        this.privileged = privileged;
    }

    /** On the network of this process. */
    public List<String> onHost(List<String> command) {
        return bound(List.of(), command);
    }

    /** In a new namespace. */
    public List<String> inNewNamespace(List<String> command) {
        return bound(withOwnTable(privileged
                ? List.of("unshare", "--net")
                : List.of("unshare", "--user", "--map-root-user", "--net")), command);
    }

    /** In the namespace of another process that was placed by this object. */
    public List<String> inNamespaceOf(long pid, List<String> command) {
        String target = Long.toString(pid);
        return bound(privileged
                ? List.of("nsenter", "--target", target, "--net")
                : List.of("nsenter", "--target", target, "--user", "--net", "--preserve-credentials"), command);
    }

    /** In a new namespace that has the same owner as that of another process, so that a veth pair can join the two. */
    public List<String> inNewNamespaceBeside(long pid, List<String> command) {
        return bound(withOwnTable(privileged
                ? List.of("unshare", "--net")
                : List.of("nsenter", "--target", Long.toString(pid), "--user", "--preserve-credentials", "unshare", "--net")),
                command);
    }

    /**
     * Goes through one namespace into a second, whose table of established sockets is its own and as large as the machine's:
     * a walk of the census then steps over no other namespace's sockets, and what Linux derives from the size of the table
     * (tcp_max_tw_buckets, tcp_max_syn_backlog) is as in any fresh namespace. Before Linux 6.1 the table stays shared.
     */
    private static List<String> withOwnTable(List<String> intoFirst) {
        List<String> words = new ArrayList<>(intoFirst);
        words.addAll(List.of("sh", "-c", OWN_TABLE, "sh"));
        return words;
    }

    private static List<String> bound(List<String> placement, List<String> command) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", "trap '' INT TERM HUP; exec \"$@\"", "sh"));
        words.addAll(placement);
        words.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
        words.addAll(command);
        return words;
    }
}
