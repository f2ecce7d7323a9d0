/** Where "now" comes from. */
@NullMarked
package dev.netchurn.clock;

import org.jspecify.annotations.NullMarked;
