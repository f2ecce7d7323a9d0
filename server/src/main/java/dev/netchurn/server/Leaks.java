package dev.netchurn.server;

/** Which of the connections that their clients have closed are never closed: an exact share. Owned by one event loop. */
final class Leaks {

    private final int perBillion;
    private long duePerBillion;

    Leaks(int perBillion) {
        this.perBillion = perBillion;
    }

    /** Whether the next one is one of those; each call is one such. */
    boolean takesNext() {
        duePerBillion += perBillion;
        if (duePerBillion < Conduct.ALL) {
            return false;
        }
        duePerBillion -= Conduct.ALL;
        return true;
    }
}
