/** Private network namespaces: their links, addresses, sysctls, and what the host had. */
@NullMarked
package dev.netchurn.loadgen.namespace;

import org.jspecify.annotations.NullMarked;
