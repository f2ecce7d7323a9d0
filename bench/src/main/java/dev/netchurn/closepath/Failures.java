package dev.netchurn.closepath;

import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What went wrong in an iteration, reported beside its time. {@link #check} makes anything but zero fail the run. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Failures {

    /** Calls or promises that failed. */
    public int errors;
    /** connect() found no free port (EADDRNOTAVAIL): the port range, not the close, would have been measured. */
    public int addressNotAvailable;
    /** Sockets that the kernel still knows after everything was closed or aborted. */
    public int leftovers;
    private String sockets = "";

    /** Counts the sockets that are left; each is told by a text. */
    void found(List<String> left) {
        leftovers = left.size();
        sockets = left.stream().limit(5).collect(Collectors.joining(", ", " ", ""));
    }

    /** Throws when anything went wrong, which fails the run. */
    public void check() {
        if (errors + addressNotAvailable + leftovers > 0) {
            throw new IllegalStateException(errors + " operations failed, " + addressNotAvailable + " found no port, "
                    + leftovers + " sockets are left" + sockets);
        }
    }
}
