package dev.netchurn.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * Makes and configures network links by rtnetlink(7), so that no program such as {@code ip} is needed. It acts on the
 * network namespace of the thread that constructs it and needs CAP_NET_ADMIN there.
 *
 * <p>Owned by one thread. Every method throws {@link NetlinkException} when the kernel refuses.
 */
public final class RouteNetlink implements AutoCloseable {

    private static final int NLMSG_ERROR = 2;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int REQUEST = 0x1;
    private static final int ACKNOWLEDGE = 0x4;
    private static final int EXCLUSIVE = 0x200;
    private static final int CREATE = 0x400;

    private static final int IFF_UP = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NET_NS_PID = 19;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int VETH_INFO_PEER = 1;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    /** No duplicate address detection: otherwise an IPv6 address cannot be bound for its first second. */
    private static final int IFA_F_NODAD = 0x02;

    /** Linux takes 15 bytes (IFNAMSIZ); we use a safe part of what it allows. */
    private static final Pattern LINK_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,15}");

    private final NetlinkSocket socket = new NetlinkSocket(NetlinkSocket.ROUTE);
    private int sequence;

    /** The index of a link, above 0. */
    public int indexOf(String link) {
        NetlinkMessage message = message(RTM_GETLINK, REQUEST);
        linkHeader(message, 0, 0);
        message.attribute(IFLA_IFNAME, checkedName(link));
        exchange(message, "to find link " + link);
        MemorySegment reply = socket.reply();
        if (replyType(reply) != RTM_NEWLINK) {
            throw new NetlinkException("the kernel answered the question for link " + link + " with " + replyType(reply));
        }
        return reply.get(ValueLayout.JAVA_INT, NetlinkMessage.HEADER + 4);
    }

    /** Brings a link up, as {@code ip link set LINK up} does. A link that is up stays up. */
    public void setUp(String link) {
        int index = indexOf(link);
        NetlinkMessage message = message(RTM_NEWLINK, REQUEST | ACKNOWLEDGE);
        linkHeader(message, index, IFF_UP);
        exchange(message, "to bring up link " + link);
    }

    /**
     * Makes a pair of virtual Ethernet links (veth(4)): one end here, the other in the network namespace of a process. Both
     * are down and without addresses. The pair is gone as soon as either namespace is.
     *
     * @param name of the end in this namespace
     * @param peerName of the other end
     * @param peerPid a process in the other namespace, as this process's PID namespace numbers it
     */
    public void createVethPair(String name, String peerName, long peerPid) {
        createVethPair(name, peerName, IFLA_NET_NS_PID, Math.toIntExact(peerPid), "process " + peerPid);
    }

    /** As {@link #createVethPair(String, String, long)}, with the other end in a namespace that this process holds open. */
    public void createVethPair(String name, String peerName, NetworkNamespace peerNamespace) {
        createVethPair(name, peerName, IFLA_NET_NS_FD, peerNamespace.descriptor(), "another namespace");
    }

    private void createVethPair(String name, String peerName, int placeAttribute, int place, String placeText) {
        NetlinkMessage message = message(RTM_NEWLINK, REQUEST | ACKNOWLEDGE | CREATE | EXCLUSIVE);
        linkHeader(message, 0, 0);
        message.attribute(IFLA_IFNAME, checkedName(name));
        int linkInfo = message.begin(IFLA_LINKINFO);
        message.attribute(IFLA_INFO_KIND, "veth");
        int data = message.begin(IFLA_INFO_DATA);
        int peer = message.begin(VETH_INFO_PEER);
        linkHeader(message, 0, 0);
        message.attribute(IFLA_IFNAME, checkedName(peerName));
        message.attribute(placeAttribute, place);
        message.end(peer).end(data).end(linkInfo);
        exchange(message, "to make veth pair " + name + " and " + peerName + " (the latter for " + placeText + ")");
    }

    /**
     * Gives a link an IPv4 or IPv6 address. It can be bound as soon as the link is up: duplicate address detection is off.
     *
     * @param prefixLength 0 to 32, or to 128 for IPv6
     */
    public void addAddress(String link, InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        if (prefixLength < 0 || prefixLength > bytes.length * 8) {
            throw new IllegalArgumentException(address.getHostAddress() + " cannot have a prefix of " + prefixLength + " bits");
        }
        boolean ipv6 = bytes.length == 16;
        int index = indexOf(link);
        NetlinkMessage message = message(RTM_NEWADDR, REQUEST | ACKNOWLEDGE | CREATE | EXCLUSIVE);
        message.putByte(ipv6 ? Syscalls.AF_INET6 : Syscalls.AF_INET)
                .putByte(prefixLength)
                .putByte(ipv6 ? IFA_F_NODAD : 0)
                .putByte(0)
                .putInt(index)
                .attribute(IFA_LOCAL, bytes)
                .attribute(IFA_ADDRESS, bytes);
        exchange(message, "to put address " + address.getHostAddress() + "/" + prefixLength + " on link " + link);
    }

    @Override
    public void close() {
        socket.close();
    }

    private NetlinkMessage message(int type, int flags) {
        return new NetlinkMessage(socket.request(), type, flags, ++sequence);
    }

    /** struct ifinfomsg (rtnetlink(7)); of the flags only those set here are changed. */
    private static void linkHeader(NetlinkMessage message, int index, int flags) {
        message.putInt(0).putInt(index).putInt(flags).putInt(flags);
    }

    /** Sends a request and leaves its answer in the socket's reply. */
    private void exchange(NetlinkMessage message, String asked) {
        int sent = socket.send(message.finish());
        if (sent < 0) {
            throw new NetlinkException(asked, -sent);
        }
        int length;
        do {
            length = socket.receive();
            if (length < NetlinkMessage.HEADER + 4) {
                throw length < 0 ? new NetlinkException(asked, -length) : new NetlinkException("the answer was cut: " + asked);
            }
        } while (socket.reply().get(ValueLayout.JAVA_INT, 8) != sequence);
        MemorySegment reply = socket.reply();
        int error = replyType(reply) == NLMSG_ERROR ? reply.get(ValueLayout.JAVA_INT, NetlinkMessage.HEADER) : 0;
        if (error != 0) {
            throw new NetlinkException(asked, -error);
        }
    }

    private static int replyType(MemorySegment reply) {
        return reply.get(ValueLayout.JAVA_SHORT, 4) & 0xffff;
    }

    private static String checkedName(String link) {
        if (!LINK_NAME.matcher(link).matches()) {
            throw new IllegalArgumentException("'" + link + "' is not a name for a network link");
        }
        return link;
    }
}
