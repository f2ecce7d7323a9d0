package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What the verdict of a run record says. */
final class VerdictAssertions {

    private VerdictAssertions() {
    }

    static void assertInvalid(RunRecordFixture fixture, String check) {
        assertThat(checks(fixture)).containsExactly(check);
        assertThat(fixture.verdict().status()).isEqualTo(Verdict.Status.INVALID);
    }

    static void assertDegraded(RunRecordFixture fixture, String check) {
        assertThat(checks(fixture)).containsExactly(check);
        assertThat(fixture.verdict().status()).isEqualTo(Verdict.Status.DEGRADED);
    }

    static List<String> checks(RunRecordFixture fixture) {
        return fixture.verdict().reasons().stream().map(Verdict.Reason::check).toList();
    }
}
