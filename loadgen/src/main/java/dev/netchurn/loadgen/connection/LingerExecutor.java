package dev.netchurn.loadgen.connection;

/**
 * Who makes the closes with SO_LINGER above 0, each of which sleeps in close(2) until our FIN is acknowledged. One thread takes
 * readings and closes it, after the event loops.
 */
public sealed interface LingerExecutor extends AutoCloseable permits Closers, NettyLingerExecutor {

    /** What it is, and what waited for it since the previous call. */
    CloserReading takeReading();

    @Override
    void close();
}
