package dev.netchurn.transport;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.InetAddress;

/**
 * A resolved address and a TCP port, 0 to 65535. Its text is {@code 10.1.2.3:80} or {@code [fd00:0:0:0:0:0:0:1]:80}.
 *
 * @param address IPv4 or IPv6, never a name
 * @param port in host byte order
 */
public record Endpoint(InetAddress address, int port) {

    public Endpoint {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
    }

    /** Reads the text form; the host part must be a literal address. */
    @JsonCreator
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("'" + text + "' is not ADDRESS:PORT");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Endpoint(InetAddress.ofLiteral(host), Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' has no port number after its last colon");
        }
    }

    public boolean isIpv6() {
        return address.getAddress().length == 16;
    }

    @JsonValue
    public String text() {
        String host = address.getHostAddress();
        return (isIpv6() ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return text();
    }
}
