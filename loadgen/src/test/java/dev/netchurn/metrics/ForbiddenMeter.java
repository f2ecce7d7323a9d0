package dev.netchurn.metrics;

import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.KernelReading;

/** Asks the kernel when it is scraped, which the architecture forbids. */
public final class ForbiddenMeter {

    private ForbiddenMeter() {
    }

    /** A walk per scrape. */
    public static KernelReading scrape(KernelObserver observer) {
        return observer.readFull();
    }
}
