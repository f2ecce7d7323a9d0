package dev.netchurn.kernel;

import dev.netchurn.privatenet.PlainSockets;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A process that connects, says so, and sits there to be killed. */
final class SittingClient {

    private SittingClient() {
    }

    /** Returns when it is connected. A negative linger leaves SO_LINGER off. */
    static Process start(int port, int lingerSeconds) throws IOException {
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"),
                SittingClient.class.getName(), String.valueOf(port), String.valueOf(lingerSeconds))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!"connected".equals(process.inputReader().readLine())) {
            throw new IOException("the client did not connect");
        }
        return process;
    }

    public static void main(String[] arguments) throws IOException {
        try (PlainSockets sockets = new PlainSockets()) {
            int client = sockets.connect(NamespaceBooks.LOOPBACK, Integer.parseInt(arguments[0]));
            int lingerSeconds = Integer.parseInt(arguments[1]);
            if (lingerSeconds >= 0) {
                sockets.linger(client, lingerSeconds);
            }
            System.out.println("connected");
            // Ends by itself when the test that started it is gone.
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
