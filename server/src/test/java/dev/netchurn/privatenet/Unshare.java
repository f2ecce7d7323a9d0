package dev.netchurn.privatenet;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How a program is started in a new network namespace on this machine: unshare(1), with a user namespace unless plain
 * permission suffices. With {@code -Dnetchurn.test.rootless=true} root tests what everybody else has.
 *
 * @param command to be put before the program; it replaces itself with the program
 * @param refusal why the machine does not let us, if it does not
 */
public record Unshare(List<String> command, Optional<String> refusal) {

    private static final List<String> AS_ROOT = List.of("unshare", "--net", "--");
    private static final List<String> AS_ANYBODY = List.of("unshare", "--user", "--map-root-user", "--net", "--");
    private static final Unshare OF_THIS_MACHINE = probe();

    /** Probed once per JVM. Also works inside a private namespace. */
    public static Unshare ofThisMachine() {
        return OF_THIS_MACHINE;
    }

    private static Unshare probe() {
        return refusal(AS_ROOT).isEmpty() && !Boolean.getBoolean("netchurn.test.rootless")
                ? new Unshare(AS_ROOT, Optional.empty())
                : new Unshare(AS_ANYBODY, refusal(AS_ANYBODY));
    }

    private static Optional<String> refusal(List<String> command) {
        try {
            Process probe = new ProcessBuilder(with(command, "true")).redirectErrorStream(true).start();
            if (!probe.waitFor(10, TimeUnit.SECONDS)) {
                probe.destroyForcibly();
                return Optional.of("unshare did not return");
            }
            String said = NamespaceLauncher.outputOf(probe);
            return probe.exitValue() == 0 ? Optional.empty() : Optional.of(said);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    private static List<String> with(List<String> command, String program) {
        return Stream.concat(command.stream(), Stream.of(program)).toList();
    }
}
