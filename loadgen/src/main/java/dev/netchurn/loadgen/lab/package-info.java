/** The catalogue of TCP phenomena, each reproduced in private namespaces and checked against what must be seen. */
@NullMarked
package dev.netchurn.loadgen.lab;

import org.jspecify.annotations.NullMarked;
