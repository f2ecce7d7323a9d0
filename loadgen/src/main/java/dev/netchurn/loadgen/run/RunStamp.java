package dev.netchurn.loadgen.run;

import java.time.Instant;

/**
 * When a run began, and what it is called.
 *
 * @param id time and name, unique within a second
 * @param startedAt by the wall clock
 * @param startedNs the same instant on the monotonic clock
 */
public record RunStamp(String id, Instant startedAt, long startedNs) {
}
