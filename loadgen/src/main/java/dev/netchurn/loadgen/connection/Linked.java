package dev.netchurn.loadgen.connection;

import org.jspecify.annotations.Nullable;

/**
 * What can be in one {@link LinkedQueue} at a time. The links are its own fields, so that being in it takes no object. Owned by
 * one event loop.
 *
 * @param <T> the type that is linked
 */
abstract class Linked<T extends Linked<T>> {

    // Kept by LinkedQueue.
    @Nullable LinkedQueue<T> in;
    @Nullable T previous;
    @Nullable T next;
}
