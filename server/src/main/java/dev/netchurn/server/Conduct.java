package dev.netchurn.server;

/**
 * How an event loop treats its connections: a plan's policy as plain numbers, read once per connection.
 *
 * @param exchange what is said
 * @param requestBytes of it: to read from the client first
 * @param responseBytes of it: to send then
 * @param accepts whether connections are taken out of the accept queue at all
 * @param serverCloses whether we close once the exchange is over, without waiting for the client
 * @param closeDelayNs how long after the client's FIN we close, 0 for at once
 * @param bytesAfterFin to send between the client's FIN and our close
 * @param leakedPerBillion how many of 10⁹ connections that the client has closed we never close
 */
record Conduct(
        Exchange exchange, int requestBytes, int responseBytes, boolean accepts, boolean serverCloses, long closeDelayNs,
        int bytesAfterFin, int leakedPerBillion) {

    static final int ALL = 1_000_000_000;

    static Conduct of(ServerClose close, Exchange exchange) {
        int requestBytes = switch (exchange) {
            case Exchange.None _ -> 0;
            case Exchange.Request request -> request.requestBytes();
            case Exchange.Literal literal -> literal.payload().bytes().length;
        };
        int responseBytes = switch (exchange) {
            case Exchange.None _ -> 0;
            case Exchange.Request request -> request.responseBytes();
            case Exchange.Literal literal -> literal.expect().bytes().length;
        };
        boolean accepts = !(close instanceof ServerClose.NoAccept);
        long closeDelayNs = close instanceof ServerClose.Delay delay ? delay.delay().toNanos() : 0;
        int bytesAfterFin = close instanceof ServerClose.HalfClose halfClose ? halfClose.bytes() : 0;
        int leakedPerBillion = switch (close) {
            case ServerClose.Never _ -> ALL;
            case ServerClose.Leak leak -> leak.perBillion();
            case ServerClose.AfterClient _, ServerClose.Delay _, ServerClose.First _, ServerClose.Rst _, ServerClose.RstAfterClient _, ServerClose.HalfClose _, ServerClose.NoAccept _ ->
                    0;
        };
        return new Conduct(exchange, requestBytes, responseBytes, accepts, close.serverCloses(), closeDelayNs,
                bytesAfterFin, leakedPerBillion);
    }

    /** Whether some connections are never closed. */
    boolean leaks() {
        return leakedPerBillion > 0;
    }
}
