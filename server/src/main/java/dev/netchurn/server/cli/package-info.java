/** {@code serve} and {@code watch}: arguments in, exit code out. */
@NullMarked
package dev.netchurn.server.cli;

import org.jspecify.annotations.NullMarked;
