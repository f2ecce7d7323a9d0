package dev.netchurn.loadgen.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest says. */
public final class BuildVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"netchurn " + text()};
    }

    /** The version alone, or {@code development} when not run from a jar. */
    static String text() {
        String version = BuildVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
