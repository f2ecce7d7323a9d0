package dev.netchurn.loadgen.connection;

import org.jspecify.annotations.Nullable;

/**
 * One close(2) with SO_LINGER on its way to a closer and back. Owned by the event loop of its connection until it is handed
 * over and again once it has come back; in between by one closer. The queues on both ways publish the fields.
 */
final class LingeringClose {

    final Connection connection;
    private final ReturnedCloses home;
    int fd;
    long handedOverNs;
    long startedNs;
    long endedNs;
    /** Of close(2): 0 or the negative errno. */
    int result;
    /** Link of {@link ReturnedCloses}. */
    @Nullable LingeringClose next;

    LingeringClose(Connection connection, ReturnedCloses home) {
        this.connection = connection;
        this.home = home;
    }

    /** By the closer that is done with it. */
    void giveBack() {
        home.add(this);
    }
}
