/** Starts the arrivals that are due, within the in-flight bound. */
@NullMarked
package dev.netchurn.loadgen.pacing;

import org.jspecify.annotations.NullMarked;
