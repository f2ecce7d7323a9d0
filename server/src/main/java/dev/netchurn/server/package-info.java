/** Accepts connections, answers, and closes by policy. */
@NullMarked
package dev.netchurn.server;

import org.jspecify.annotations.NullMarked;
