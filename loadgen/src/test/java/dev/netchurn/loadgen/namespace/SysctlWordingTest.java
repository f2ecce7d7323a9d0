package dev.netchurn.loadgen.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a setting that cannot be set is told; no setting is written. */
@Timeout(10)
class SysctlWordingTest {

    private static final List<String> SHOWN = List.of("net.core.somaxconn", "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_syncookies", "net.ipv4.conf.all.rp_filter", "net.ipv4.conf.default.rp_filter");

    @Test
    void aRemovedKeyIsCalledRemovedAndNotMisspelt() {
        assertThat(reason("net.ipv4.tcp_tw_recycle")).contains("removed from Linux in 4.12").doesNotContain("did you mean");
    }

    @ParameterizedTest
    @CsvSource({"net.ipv4.tcp_max_orphans,false", "net.core.netdev_max_backlog,false", "net.ipv4.of_tomorrow,true",
        "fs.file-max,true", "vm.swappiness,false", "kernel.pid_max,true"})
    void whatBelongsToTheMachineIsCalledSo(String key, boolean shownByMachine) {
        assertThat(AbsentSysctl.reason(key, shownByMachine, SHOWN)).contains("belongs to the whole machine");
    }

    @Test
    void aKeyOfALaterKernelIsNotCalledMisspelt() {
        assertThat(reason("net.ipv4.tcp_tw_reuse_delay")).isEqualTo("this kernel does not have it; it came with Linux 6.14");
    }

    @ParameterizedTest
    @CsvSource({"net.ipv4.tcp_fin_timeot,net.ipv4.tcp_fin_timeout", "net.ipv4.tpc_tw_reuse,net.ipv4.tcp_tw_reuse",
        "net.ipv4.TCP_syncookies,net.ipv4.tcp_syncookies", "net.ipv4.somaxconn,net.core.somaxconn",
        "net.ipv4.rp_filter,net.ipv4.conf.all.rp_filter"})
    void aMisspeltKeyIsToldTheNearestOne(String key, String meant) {
        assertThat(reason(key)).endsWith("no such key; did you mean " + meant + "?");
    }

    @Test
    void aKeyThatResemblesNoneIsToldNone() {
        assertThat(reason("net.ipv4.cheese")).endsWith("no such key, and none of a similar name");
    }

    @Test
    void listsOfPortsAreComparedAsPorts() {
        assertThat(Sysctls.isSame("9000-9001,9100", "9100,9000,9001")).isTrue();
        assertThat(Sysctls.isSame("9000-9001", "9000,9002")).isFalse();
        assertThat(Sysctls.isSame("20000 30000", " 20000\t30000")).isTrue();
        assertThat(Sysctls.isSame("1", "01")).isTrue();
        assertThat(Sysctls.isSame("8", "010")).as("the kernel reads octal").isFalse();
        assertThat(Sysctls.isSame("1", "1 2")).isFalse();
    }

    @Test
    void aSettingOutsideOfNetIsRefusedBeforeItIsTouched() {
        assertThatExceptionOfType(SysctlRefused.class)
                .isThrownBy(() -> new Sysctls().write("kernel.ngroups_max", "1", Set.of()))
                .withMessageContaining("cannot set kernel.ngroups_max to '1': it is no network setting");
    }

    private static String reason(String key) {
        return AbsentSysctl.reason(key, false, SHOWN);
    }
}
