package dev.netchurn.loadgen.namespace;

/** A sysctl that could not be set; the message is a sentence for the user. */
public final class SysctlRefused extends Exception {

    public SysctlRefused(String key, String value, String why) {
        super("cannot set " + key + " to '" + value + "': " + why);
    }
}
