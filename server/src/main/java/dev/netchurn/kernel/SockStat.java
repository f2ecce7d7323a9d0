package dev.netchurn.kernel;

/**
 * What /proc/net/sockstat and sockstat6 say about TCP, at constant cost (net/ipv4/proc.c:sockstat_seq_show).
 *
 * @param inUse full IPv4 sockets in the namespace, listeners included; neither half-open connections nor TIME_WAIT
 * @param inUse6 the same for IPv6 sockets, IPv4-mapped ones included
 * @param timeWait small timewait objects in the namespace, both families: TIME_WAIT and orphaned FIN_WAIT_2
 * @param orphans closed by their process but still full sockets; of the whole machine
 * @param allocated TCP sockets of the whole machine, approximately
 * @param memoryPages pages of memory that TCP uses on the whole machine
 */
public record SockStat(long inUse, long inUse6, long timeWait, long orphans, long allocated, long memoryPages) {
}
