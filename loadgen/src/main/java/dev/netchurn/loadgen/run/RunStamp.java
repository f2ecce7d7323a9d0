package dev.netchurn.loadgen.run;

import java.time.Instant;

/** When a run began, by the wall clock, and what it is called: time and name, unique within a second. */
public record RunStamp(String id, Instant startedAt) {
}
