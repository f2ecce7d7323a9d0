package dev.netchurn.server;

/**
 * What a target counted itself, since it began to listen; its own warm-up is not in it.
 *
 * @param accepted connections that accept() returned
 * @param closedAfterClient closed by us after we had read the client's FIN: the client was the active closer
 * @param closedFirst closed by us before we had seen a FIN or RST of the client
 * @param resetByClient ended by the client's RST
 * @param open accepted and not closed yet
 * @param leaked of those open: the client has closed them and we never will, so they are in CLOSE_WAIT
 * @param exchangeFailed ended before the whole request was read or the whole answer was sent, or because the request was not the
 *     expected one (also counted by how it ended)
 * @param unreadBytes read and thrown away although no exchange was planned, or beyond it
 * @param bytesAfterFin sent after the client's FIN, as a half-close wants it
 * @param acceptPauses how often accepting paused because descriptors or memory ran out
 * @param acceptErrors other failures of accept()
 * @param loopErrors faults of our own that were caught on an event loop; any makes a run void
 */
public record ServerBooks(
        long accepted,
        long closedAfterClient,
        long closedFirst,
        long resetByClient,
        long open,
        long leaked,
        long exchangeFailed,
        long unreadBytes,
        long bytesAfterFin,
        long acceptPauses,
        long acceptErrors,
        long loopErrors) {

    public static final ServerBooks EMPTY = new ServerBooks(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Both added up, as for two event loops. */
    public ServerBooks plus(ServerBooks other) {
        return new ServerBooks(accepted + other.accepted, closedAfterClient + other.closedAfterClient,
                closedFirst + other.closedFirst, resetByClient + other.resetByClient, open + other.open,
                leaked + other.leaked, exchangeFailed + other.exchangeFailed, unreadBytes + other.unreadBytes,
                bytesAfterFin + other.bytesAfterFin,
                acceptPauses + other.acceptPauses, acceptErrors + other.acceptErrors, loopErrors + other.loopErrors);
    }
}
