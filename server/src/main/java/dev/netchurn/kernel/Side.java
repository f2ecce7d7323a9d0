package dev.netchurn.kernel;

/** Which end of a connection a socket is. The server's end has the target's port as its local port. */
public enum Side {
    CLIENT, SERVER;

    /** As written in results and labels: {@code client}, {@code server}. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
