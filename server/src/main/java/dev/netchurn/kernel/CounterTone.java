package dev.netchurn.kernel;

import java.util.Set;

/** Whether a counter that moved deserves attention. Ordered from loud to quiet. */
public enum CounterTone {
    /** Connections were lost or delayed by a second and more, or a TIME_WAIT was not made. */
    TROUBLE,
    /** Seen only where something special was asked for or went on. */
    REMARKABLE,
    /** Moves in every run. */
    ORDINARY,
    /** Moves in every run and says nothing about opening and closing: named, and explained in result.json only. */
    BACKGROUND;

    private static final Set<String> LOUD = Set.of("TcpExtListenOverflows", "TcpExtListenDrops", "TcpExtTCPTimeWaitOverflow",
            "TcpExtTCPSynRetrans", "TcpExtTCPReqQFullDrop", "TcpExtTCPAbortOnMemory", "TcpExtTCPAbortOnTimeout",
            "TcpExtTCPAbortFailed", "TcpExtTCPBacklogDrop", "TcpInErrs", "TcpInCsumErrors", "TcpAttemptFails", "TcpRetransSegs",
            "TcpExtTCPTimeouts");
    private static final Set<String> USUAL =
            Set.of("TcpActiveOpens", "TcpPassiveOpens", "TcpInSegs", "TcpOutSegs", "TcpCurrEstab",
                    "TcpExtTW", "TcpExtDelayedACKs");

    /** The tone of a counter by its name, such as {@code TcpExtTW}. */
    public static CounterTone of(String name) {
        if (CounterMeaning.isBackground(name)) {
            return BACKGROUND;
        }
        return LOUD.contains(name) ? TROUBLE : USUAL.contains(name) ? ORDINARY : REMARKABLE;
    }
}
