package dev.netchurn.loadgen.run;

import org.jspecify.annotations.Nullable;

/**
 * What became of one {@code --assert}.
 *
 * @param expression as the user wrote it
 * @param observed the value compared, in nanoseconds for times; null when it was not observed
 * @param passed whether it holds; false when it was not observed
 * @param message one sentence: what was compared, or why nothing could be
 */
public record AssertionResult(String expression, @Nullable Double observed, boolean passed, String message) {
}
