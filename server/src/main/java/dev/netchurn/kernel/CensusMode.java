package dev.netchurn.kernel;

/** How much a reading may cost. */
public enum CensusMode {
    /** Walk the socket table when at least 100 times the last walk's CPU time has passed since; otherwise O(1) sources. */
    AUTO,
    /** Walk at every reading, whatever it costs. */
    FULL,
    /** Never walk, except where a full reading is asked for by name. */
    COUNTS
}
