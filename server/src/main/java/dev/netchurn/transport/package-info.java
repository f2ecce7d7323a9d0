/** Which Netty transport runs, its event loops, and the socket options applied. */
@NullMarked
package dev.netchurn.transport;

import org.jspecify.annotations.NullMarked;
