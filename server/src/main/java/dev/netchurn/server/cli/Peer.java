package dev.netchurn.server.cli;

import dev.netchurn.transport.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An upstream: a host, and a port there or 0 for any.
 *
 * @param address of the host, the first where its name has several
 * @param port 0 to 65535
 */
record Peer(InetAddress address, int port) {

    private static final Pattern FORM =
            Pattern.compile("\\[([0-9a-fA-F:.%]+)](?::(\\d{1,5}))?|([^:\\s\\[\\]]+)(?::(\\d{1,5}))?");

    /**
     * Reads {@code HOST}, {@code HOST:PORT}, {@code [ADDRESS]} or {@code [ADDRESS]:PORT}, and resolves a name.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    static Peer parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not HOST or HOST:PORT; write [ADDRESS]:PORT for IPv6");
        }
        String host = form.group(1) != null ? form.group(1) : form.group(3);
        String digits = form.group(2) != null ? form.group(2) : form.group(4);
        int port = digits == null ? 0 : Integer.parseInt(digits);
        if (digits != null && (port < 1 || port > 65535)) {
            throw new IllegalArgumentException("'" + text + "' has no port between 1 and 65535");
        }
        try {
            return new Peer(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the name '" + host + "' cannot be resolved", e);
        }
    }

    String text() {
        return port == 0 ? new Endpoint(address, 0).text().replaceFirst(":0$", "") : new Endpoint(address, port).text();
    }
}
