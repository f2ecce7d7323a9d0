/** What Linux says about its sockets and counters, as immutable values. */
@NullMarked
package dev.netchurn.kernel;

import org.jspecify.annotations.NullMarked;
