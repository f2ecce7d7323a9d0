package dev.netchurn.metrics;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A page of JSON that an endpoint shows beside the metrics. Called by the endpoint's threads, several at a time. */
@FunctionalInterface
public interface JsonPage {

    /**
     * The page as it is now.
     *
     * @param query what follows the question mark in the address; null for nothing
     * @throws IOException with a sentence, when there is none at present
     */
    String answer(@Nullable String query) throws IOException, InterruptedException;
}
