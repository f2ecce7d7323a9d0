/** Tests of what we read from Linux, against bytes, against {@code ss}, and against what Linux is known to do. */
@NullMarked
package dev.netchurn.kernel;

import org.jspecify.annotations.NullMarked;
