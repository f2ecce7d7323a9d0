package dev.netchurn.loadgen.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A server with a bug: it accepts and never closes. Started as a program by tests; the arguments are a host and a port. */
final class LeakingServer {

    private LeakingServer() {
    }

    public static void main(String[] args) throws IOException {
        List<SocketChannel> leaked = new ArrayList<>();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(args[0], Integer.parseInt(args[1])), 512);
            while (true) {
                leaked.add(listener.accept());
            }
        }
    }
}
