/** Turns arguments into plans and verdicts into exit codes. */
@NullMarked
package dev.netchurn.loadgen.cli;

import org.jspecify.annotations.NullMarked;
