/** What a terminal can show, and figures, bars and lines of text that fit it. */
@NullMarked
package dev.netchurn.terminal;

import org.jspecify.annotations.NullMarked;
