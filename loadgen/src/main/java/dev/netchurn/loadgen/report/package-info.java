/** Renders finished runs: terminal, JSON, Markdown. */
@NullMarked
package dev.netchurn.loadgen.report;

import org.jspecify.annotations.NullMarked;
