package dev.netchurn.loadgen.lab;

import java.util.List;

/**
 * A file of results.
 *
 * @param schemaVersion of the file's form
 * @param kernel release that showed them
 * @param results in the order of the catalogue
 */
public record LabResults(int schemaVersion, String kernel, List<LabResult> results) {

    /** The form that is written. */
    public static final int SCHEMA_VERSION = 1;

    public LabResults {
        results = List.copyOf(results);
    }
}
