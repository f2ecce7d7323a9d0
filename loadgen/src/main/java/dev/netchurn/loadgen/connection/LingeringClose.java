package dev.netchurn.loadgen.connection;

import org.jspecify.annotations.Nullable;

/**
 * One close(2) with SO_LINGER on its way to a closer and back. Owned by the event loop of its owner until it is handed
 * over and again once it has come back; in between by one closer. The queues on both ways publish the fields.
 */
final class LingeringClose {

    /** Whose close it is. */
    interface Owner {

        /** It has come back. Event loop of the owner only. */
        void lingered(LingeringClose close);
    }

    final Owner owner;
    private final ReturnedCloses home;
    int fd;
    long handedOverNs;
    long startedNs;
    long endedNs;
    /** Of close(2): 0 or the negative errno. */
    int result;
    /** Link of {@link ReturnedCloses}. */
    @Nullable LingeringClose next;

    LingeringClose(Owner owner, ReturnedCloses home) {
        this.owner = owner;
        this.home = home;
    }

    /** By the closer that is done with it. */
    void giveBack() {
        home.add(this);
    }
}
