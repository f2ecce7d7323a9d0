package dev.netchurn.loadgen.pacing;

import dev.netchurn.transport.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A small server with a thread per connection, which does to each of them what the test says. */
final class TestTarget implements AutoCloseable {

    /** What the server does with one accepted connection; closing it is left to the behaviour. */
    @FunctionalInterface
    interface Behaviour {
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    /** Waits for the client's FIN, then closes. */
    static final Behaviour AFTER_CLIENT = socket -> {
        drain(socket.getInputStream());
        socket.close();
    };
    /** Closes at once, with a FIN. */
    static final Behaviour FIRST = Socket::close;
    /** Resets at once. */
    static final Behaviour RESET = socket -> {
        socket.setSoLinger(true, 0);
        socket.close();
    };
    /** Keeps every connection open. */
    static final Behaviour NEVER = socket -> {
    };

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();

    private TestTarget(ServerSocket listener) {
        this.listener = listener;
    }

    static TestTarget on(String address, Behaviour behaviour) {
        TestTarget target = listening(address, 1024);
        Thread.ofPlatform().daemon().name("test-target").start(() -> target.acceptAll(behaviour));
        return target;
    }

    static TestTarget on(Behaviour behaviour) {
        return on("127.0.0.1", behaviour);
    }

    /** Listens and never accepts. */
    static TestTarget listening(String address, int backlog) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0), backlog);
            return new TestTarget(listener);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says something at once, reads a request of so many bytes, and waits for the client's FIN. */
    static Behaviour saying(String text, int requestBytes) {
        return socket -> {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readNBytes(requestBytes);
            AFTER_CLIENT.serve(socket);
        };
    }

    /** Reads a request of so many bytes, answers with so many, and waits for the client's FIN. */
    static Behaviour answering(int requestBytes, int responseBytes) {
        return socket -> {
            socket.getInputStream().readNBytes(requestBytes);
            socket.getOutputStream().write(new byte[responseBytes]);
            AFTER_CLIENT.serve(socket);
        };
    }

    static void drain(InputStream in) throws IOException {
        byte[] bytes = new byte[4096];
        while (in.read(bytes) >= 0) {
            // Nobody looks at them.
        }
    }

    /** Begins to accept late, and keeps every connection open. */
    void acceptAfterMs(long delayMs) {
        try {
            Thread.sleep(delayMs);
            acceptAll(NEVER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll(Behaviour behaviour) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, behaviour));
            } catch (IOException e) {
                // Closed, or the client has gone: the next accept tells.
            }
        }
    }

    private void serve(Socket socket, Behaviour behaviour) {
        try {
            behaviour.serve(socket);
        } catch (IOException e) {
            // The client has reset the connection.
            try {
                socket.close();
            } catch (IOException alreadyClosed) {
                // Then there is nothing left to do.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (socket.isClosed()) {
            open.remove(socket);
        }
    }

    Endpoint endpoint() {
        return new Endpoint(listener.getInetAddress(), listener.getLocalPort());
    }

    long accepted() {
        return accepted.get();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
