/** Tests of our system calls and netlink messages against the running kernel. */
@NullMarked
package dev.netchurn.linux;

import org.jspecify.annotations.NullMarked;
