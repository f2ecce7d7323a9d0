/** Records latencies with one writer per event loop and hands out interval snapshots. */
@NullMarked
package dev.netchurn.loadgen.latency;

import org.jspecify.annotations.NullMarked;
