package dev.netchurn.server;

/**
 * How one accepted connection waits, in the engine's own way; {@link ServerConnection#advance} is called when something has
 * happened. Owned by its event loop, and used again for one descriptor after the other.
 */
sealed interface SocketWatch permits EpollWatch, RingWatch {

    /** Takes over a descriptor that nobody watches yet. */
    void open(int fd);

    /** Waits until something can be read, FIN and RST included. Nothing when it waits for that already. */
    void awaitReadable();

    /** Waits until more of an answer can be sent, or the client is gone. */
    void awaitRoom();

    /** As {@link #awaitRoom} once the client's FIN is there, with which the connection would always be readable. */
    void awaitRoomAfterFin();

    /** Waits for bytes that may be there already. */
    void lookAgain();

    /** Whether the loop may still hear of this connection, so that its descriptor alone is not all there is to keep. */
    boolean isKnownToLoop();

    /** Closes the descriptor. */
    void closeDescriptor();
}
