/** A process that carries out one load plan or server plan and reports a snapshot each interval. */
@NullMarked
package dev.netchurn.loadgen.worker;

import org.jspecify.annotations.NullMarked;
