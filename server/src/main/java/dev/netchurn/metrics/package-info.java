/** The name and unit of every meter, and the endpoint that exposes them. */
@NullMarked
package dev.netchurn.metrics;

import org.jspecify.annotations.NullMarked;
