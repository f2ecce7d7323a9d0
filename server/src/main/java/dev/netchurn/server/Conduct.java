package dev.netchurn.server;

/**
 * How an event loop treats its connections: a plan's policy as plain numbers, read once per connection.
 *
 * @param requestBytes to read from the client first, 0 without an exchange
 * @param responseBytes to send then, 0 without an exchange
 * @param serverCloses whether we close once the exchange is over, without waiting for the client
 * @param closeDelayNs how long after the client's FIN we close, 0 for at once
 * @param keepsOpen whether we never close what the client has closed
 */
record Conduct(int requestBytes, int responseBytes, boolean serverCloses, long closeDelayNs, boolean keepsOpen) {

    static Conduct of(ServerClose close, Exchange exchange) {
        int requestBytes = switch (exchange) {
            case Exchange.None _ -> 0;
            case Exchange.Request request -> request.requestBytes();
        };
        int responseBytes = switch (exchange) {
            case Exchange.None _ -> 0;
            case Exchange.Request request -> request.responseBytes();
        };
        return switch (close) {
            case ServerClose.AfterClient _ -> new Conduct(requestBytes, responseBytes, false, 0, false);
            case ServerClose.Delay delay -> new Conduct(requestBytes, responseBytes, false, delay.delay().toNanos(), false);
            case ServerClose.First _, ServerClose.Rst _ -> new Conduct(requestBytes, responseBytes, true, 0, false);
            case ServerClose.Never _ -> new Conduct(requestBytes, responseBytes, false, 0, true);
        };
    }
}
