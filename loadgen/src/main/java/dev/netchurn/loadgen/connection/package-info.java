/** The life of one connection: connect, exchange, close; exactly one outcome. */
@NullMarked
package dev.netchurn.loadgen.connection;

import org.jspecify.annotations.NullMarked;
