package dev.netchurn.closepath;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {

    private final Failures failures = new Failures();

    @Test
    void letsAnIterationPassThatLostNothing() {
        failures.found(List.of());

        failures.check();
    }

    @Test
    void failsTheRunForALeftoverAndSaysWhichAndInWhatState() {
        failures.found(List.of("0100007F:7530 0100007F:7531 06"));

        assertThatIllegalStateException().isThrownBy(failures::check)
                .withMessage("0 operations failed, 0 found no port, 1 sockets are left 0100007F:7530 0100007F:7531 06");
    }

    @Test
    void failsTheRunForACallThatFailedAndForAPortThatWasNotFound() {
        failures.errors = 1;
        assertThatIllegalStateException().isThrownBy(failures::check).withMessageStartingWith("1 operations failed");

        failures.errors = 0;
        failures.addressNotAvailable = 2;
        assertThatIllegalStateException().isThrownBy(failures::check).withMessageContaining("2 found no port");
    }
}
