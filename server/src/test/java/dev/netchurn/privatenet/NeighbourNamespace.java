package dev.netchurn.privatenet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A second network namespace, held by a process that does nothing; for tests that run in a private namespace themselves. */
public final class NeighbourNamespace implements AutoCloseable {

    private final Process holder;

    /** Returns when the holder is in its namespace. */
    public NeighbourNamespace() throws IOException, InterruptedException {
        // cat ends when this JVM does, because its standard input closes; it echoes once it is there.
        holder = new ProcessBuilder("unshare", "--net", "--", "cat").start();
        holder.outputWriter().write("there\n");
        holder.outputWriter().flush();
        if (!"there".equals(holder.inputReader().readLine())) {
            throw new IllegalStateException("no second namespace: " + new String(holder.getErrorStream().readAllBytes()));
        }
    }

    /** A process in the namespace. */
    public long pid() {
        return holder.pid();
    }

    /** What /proc says about the network of the namespace, such as {@code dev} or {@code if_inet6}. */
    public String read(String file) throws IOException {
        return Files.readString(Path.of("/proc/" + pid() + "/net/" + file));
    }

    @Override
    public void close() {
        holder.destroyForcibly().onExit().join();
    }
}
