package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerClose;
import java.util.Optional;

/**
 * How the two ends of a connection close, and what they say to each other before.
 *
 * @param client how the client closes
 * @param server how the embedded target closes
 * @param exchange what is said between
 */
record ClosePair(ClientClose client, ServerClose server, Exchange exchange) {

    /** Why the pair makes no sense, in one sentence; empty where it gives a result. */
    Optional<String> objection() {
        return switch (client) {
            case ClientClose.Peer _ when !server.serverCloses() -> Optional.of(
                    "with --close peer the client waits for the server's FIN, and with --server-close " + server.text()
                            + " the server does not close first: use --server-close first or rst, or another --close");
            case ClientClose.Unread _ when !exchange.isAnswered() -> Optional.of(
                    "with --close unread the client closes while the server's reply lies unread, and without a"
                            + " reply there is nothing to leave: add --exchange request:OUT:IN, such as request:64:64");
            case ClientClose.Unread _ when server instanceof ServerClose.NoAccept -> Optional.of(
                    "with --close unread the client waits for a reply to leave unread, and with --server-close no-accept nobody"
                            + " sends one: use another of the two");
            case ClientClose.Graceful _, ClientClose.Fin _, ClientClose.Rst _, ClientClose.Unread _, ClientClose.Linger _, ClientClose.Peer _, ClientClose.Never _ ->
                    Optional.empty();
        };
    }
}
