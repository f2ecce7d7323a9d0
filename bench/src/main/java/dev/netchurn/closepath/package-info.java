/**
 * What ending a connection costs a Netty application: batches of real connections over loopback, closed in one way each.
 *
 * <p>There is no steady state, since every close needs a fresh connection and leaves something behind; so each shot is one
 * batch that is opened outside of the clock (SingleShotTime), its far ends are plain descriptors that abort what is left, and
 * an iteration that lost a connection, failed a call or left a socket fails the run. On loopback a close contains the
 * peer's receive path, because the segment is delivered before close(2) returns.
 *
 * <p>{@code bench/jmh.sh} runs the suite in a private network namespace and writes the environment beside the results.
 */
@NullMarked
package dev.netchurn.closepath;

import org.jspecify.annotations.NullMarked;
