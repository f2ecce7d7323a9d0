package dev.netchurn.server;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.transport.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A client that makes one system call after the other, so that a test says exactly what the server sees. */
final class TestClient implements AutoCloseable {

    private static final int SO_RCVTIMEO = 20;

    private final Syscalls syscalls = new Syscalls();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment bytes = arena.allocate(1 << 20);
    private final MemorySegment patience = arena.allocate(16, 8);

    TestClient() {
        patience.set(ValueLayout.JAVA_LONG, 0, 5);
    }

    /** A blocking socket that is connected. */
    int connect(Endpoint endpoint) {
        try (Arena once = Arena.ofConfined()) {
            SocketAddress address = new SocketAddress(once, endpoint.address(), endpoint.port());
            int fd = ok(syscalls.tcpSocket(address.family(), false));
            ok(syscalls.setOption(fd, Syscalls.SOL_SOCKET, SO_RCVTIMEO, patience, 16));
            ok(syscalls.connect(fd, address));
            return fd;
        }
    }

    int localPort(int fd) {
        ok(syscalls.readLocalName(fd));
        return syscalls.localPort();
    }

    void send(int fd, int count) {
        for (int sent = 0; sent < count;) {
            long outcome = syscalls.send(fd, bytes, Math.min(count - sent, bytes.byteSize()));
            if (outcome < 0) {
                throw new AssertionError("send: " + Errno.name((int) -outcome));
            }
            sent += (int) outcome;
        }
    }

    void send(int fd, String text) {
        byte[] encoded = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(encoded, 0, bytes, ValueLayout.JAVA_BYTE, 0, encoded.length);
        send(fd, encoded.length);
    }

    /** Reads until so many characters are there. */
    String receiveText(int fd, int count) {
        StringBuilder text = new StringBuilder();
        while (text.length() < count) {
            long outcome = syscalls.recv(fd, bytes, count - text.length());
            if (outcome <= 0) {
                throw new AssertionError("after '" + text + "': " + outcome);
            }
            text.append(new String(bytes.asSlice(0, outcome).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII));
        }
        return text.toString();
    }

    /** Reads until {@code count} bytes are there; returns fewer when a FIN or an error ends it. */
    long receive(int fd, long count) {
        long got = 0;
        while (got < count) {
            long outcome = syscalls.recv(fd, bytes, Math.min(count - got, bytes.byteSize()));
            if (outcome <= 0) {
                return got;
            }
            got += outcome;
        }
        return got;
    }

    /** One recv(2): 0 for a FIN, or the negative errno. */
    long receiveOnce(int fd) {
        return syscalls.recv(fd, bytes, bytes.byteSize());
    }

    void sendFin(int fd) {
        ok(syscalls.shutdownWrite(fd));
    }

    void close(int fd) {
        ok(syscalls.close(fd));
    }

    void reset(int fd) {
        ok(syscalls.setLinger(fd, true, 0));
        ok(syscalls.close(fd));
    }

    Syscalls syscalls() {
        return syscalls;
    }

    private static int ok(int outcome) {
        if (outcome < 0) {
            throw new AssertionError(Errno.name(-outcome));
        }
        return outcome;
    }

    @Override
    public void close() {
        arena.close();
        syscalls.close();
    }
}
