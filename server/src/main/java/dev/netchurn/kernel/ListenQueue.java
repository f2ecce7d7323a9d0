package dev.netchurn.kernel;

/**
 * The accept queues of the listeners on one port, added up.
 *
 * @param length established connections that wait for accept()
 * @param limit how many may wait: the sum of min(backlog, somaxconn) at the time of listen(); one more each fits in
 * @param drops SYNs and final ACKs that these listeners dropped since they were made
 */
public record ListenQueue(long length, long limit, long drops) {
}
