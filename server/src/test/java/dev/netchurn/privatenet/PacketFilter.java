package dev.netchurn.privatenet;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;

/**
 * Drops packets that arrive in the private namespace a test runs in, before TCP sees them, until it is removed or the namespace
 * ends. Several may stand at once under different names. Needs nft(8) and a kernel with nf_tables; without them the test is
 * skipped.
 */
public final class PacketFilter {

    private final String name;

    private PacketFilter(String name) {
        this.name = name;
    }

    /** Drops what an nft expression such as {@code tcp dport 9000 tcp flags syn} matches. */
    public static PacketFilter drop(String name, String expression) throws IOException, InterruptedException {
        if (!NamespaceChild.isThisJvm()) {
            throw new IllegalStateException("tests drop packets in private namespaces only");
        }
        try {
            Programs.run("nft", "add table ip " + name);
        } catch (IllegalStateException e) {
            abort("this kernel has no packet filter for us: " + e.getMessage());
        }
        Programs.run("nft", "add chain ip " + name + " input { type filter hook input priority 0; }; add rule ip " + name
                + " input " + expression + " drop");
        return new PacketFilter(name);
    }

    /** Lets the packets pass again. */
    public void remove() throws IOException, InterruptedException {
        Programs.run("nft", "delete table ip " + name);
    }
}
