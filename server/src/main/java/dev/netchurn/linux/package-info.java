/** The libc calls and netlink messages we make ourselves, through {@code java.lang.foreign}. */
@NullMarked
package dev.netchurn.linux;

import org.jspecify.annotations.NullMarked;
