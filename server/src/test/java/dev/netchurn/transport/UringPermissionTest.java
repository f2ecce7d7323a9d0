package dev.netchurn.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UringPermissionTest {

    private static final Throwable REFUSED =
            new RuntimeException("wrapped", new IllegalStateException("failed to create io_uring ring fd"));

    @Test
    void namesTheSwitchAndHowToTurnIt() {
        assertThat(UringPermission.sentence("2", REFUSED))
                .isEqualTo("this machine does not let this process use io_uring: it is"
                        + " switched off; as root, 'sysctl kernel.io_uring_disabled=0' allows it; use another engine");
        assertThat(UringPermission.sentence("1", REFUSED)).contains("CAP_SYS_ADMIN", "kernel.io_uring_group");
    }

    @Test
    void suspectsTheSandboxWhereTheSwitchIsOn() {
        assertThat(UringPermission.sentence("0", REFUSED))
                .contains("the sandbox or container that netchurn runs in may forbid it",
                        "(failed to create io_uring ring fd)");
    }
}
