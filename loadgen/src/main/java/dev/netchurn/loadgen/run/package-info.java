/** Preflight, warm-up, measurement, drain; the verdict. */
@NullMarked
package dev.netchurn.loadgen.run;

import org.jspecify.annotations.NullMarked;
