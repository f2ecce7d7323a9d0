/** Runs a test in a network namespace of its own, where it may fill tables and change settings without touching the machine. */
@NullMarked
package dev.netchurn.privatenet;

import org.jspecify.annotations.NullMarked;
