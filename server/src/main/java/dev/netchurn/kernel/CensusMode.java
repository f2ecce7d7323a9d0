package dev.netchurn.kernel;

/** How much a reading may cost. */
public enum CensusMode {
    /** Walk the socket table when the last walk's CPU time × 100 has passed since; otherwise O(1) sources. */
    AUTO,
    /** Walk at every reading, whatever it costs. */
    FULL,
    /** Never walk, except where a full reading is asked for by name. */
    COUNTS
}
