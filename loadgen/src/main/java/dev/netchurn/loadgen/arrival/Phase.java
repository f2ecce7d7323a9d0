package dev.netchurn.loadgen.arrival;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A part of a run. An arrival belongs to the phase of its intended start; none is intended during the drain. */
public enum Phase {
    WARMUP, MEASURE, DRAIN;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
