package dev.netchurn.loadgen.source;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Local addresses as people write them: {@code 10.0.0.1}, {@code 127.0.0.2-127.0.0.9}, {@code 10.0.1.0/28}, with commas. */
public final class SourceAddressText {

    private static final int MOST = 4096;

    private SourceAddressText() {
    }

    /**
     * Reads addresses, ranges and networks; of an IPv4 network the first and last address are left out.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static List<InetAddress> parse(String text) {
        List<InetAddress> addresses = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (part.contains("/")) {
                addNetwork(part, addresses);
            } else if (part.contains("-")) {
                int dash = part.indexOf('-');
                addRange(part, literal(part.substring(0, dash)), literal(part.substring(dash + 1)), addresses);
            } else {
                addresses.add(literal(part));
            }
        }
        if (addresses.size() > MOST) {
            throw new IllegalArgumentException(
                    "'" + text + "' names " + addresses.size() + " addresses; at most " + MOST + " can be used");
        }
        return addresses;
    }

    private static void addNetwork(String part, List<InetAddress> addresses) {
        int slash = part.indexOf('/');
        InetAddress base = literal(part.substring(0, slash));
        int bits = base.getAddress().length * 8;
        int prefix;
        try {
            prefix = Integer.parseInt(part.substring(slash + 1));
        } catch (NumberFormatException e) {
            prefix = -1;
        }
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException(
                    "'" + part + "' has no prefix length between 0 and " + bits + " after its slash");
        }
        BigInteger size = BigInteger.ONE.shiftLeft(bits - prefix);
        BigInteger first = new BigInteger(1, base.getAddress()).andNot(size.subtract(BigInteger.ONE));
        boolean edgesAreSpecial = bits == 32 && prefix < 31;
        BigInteger edge = edgesAreSpecial ? BigInteger.ONE : BigInteger.ZERO;
        addRange(part, first.add(edge), first.add(size).subtract(BigInteger.ONE).subtract(edge), bits / 8, addresses);
    }

    private static void addRange(String part, InetAddress first, InetAddress last, List<InetAddress> addresses) {
        int bytes = first.getAddress().length;
        if (last.getAddress().length != bytes) {
            throw new IllegalArgumentException("'" + part + "' goes from one address family to the other");
        }
        addRange(part, number(first), number(last), bytes, addresses);
    }

    private static void addRange(String part, BigInteger first, BigInteger last, int bytes, List<InetAddress> addresses) {
        BigInteger count = last.subtract(first).add(BigInteger.ONE);
        if (count.signum() <= 0 || count.compareTo(BigInteger.valueOf(MOST)) > 0) {
            throw new IllegalArgumentException("'" + part + "' must name between 1 and " + MOST + " addresses");
        }
        for (BigInteger value = first; value.compareTo(last) <= 0; value = value.add(BigInteger.ONE)) {
            addresses.add(address(value, bytes));
        }
    }

    private static InetAddress address(BigInteger value, int bytes) {
        byte[] raw = value.toByteArray();
        byte[] address = new byte[bytes];
        int length = Math.min(raw.length, bytes);
        System.arraycopy(raw, raw.length - length, address, bytes - length, length);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are always an address", e);
        }
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    private static InetAddress literal(String text) {
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            // Of IPv4 only the usual form: 10.1 is more likely a slip than 10.0.0.1.
            if (text.contains(":") || address.getHostAddress().equals(text)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new IllegalArgumentException("'" + text + "' is not an IPv4 or IPv6 address");
    }
}
