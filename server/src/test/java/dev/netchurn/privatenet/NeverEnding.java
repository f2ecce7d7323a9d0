package dev.netchurn.privatenet;

import org.junit.jupiter.api.Test;

/** Not found by the build because of its name; {@link PrivateNamespaceIT} starts it to see it killed. */
class NeverEnding {

    @Test
    void sleeps() throws InterruptedException {
        Thread.sleep(Long.MAX_VALUE);
    }
}
