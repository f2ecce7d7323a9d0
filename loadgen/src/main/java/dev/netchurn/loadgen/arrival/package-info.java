/** When each connection is intended to start: pure arithmetic on an index. */
@NullMarked
package dev.netchurn.loadgen.arrival;

import org.jspecify.annotations.NullMarked;
