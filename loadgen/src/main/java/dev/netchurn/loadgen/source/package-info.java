/** Which local address and port each connection leaves from, and how many four-tuples remain. */
@NullMarked
package dev.netchurn.loadgen.source;

import org.jspecify.annotations.NullMarked;
