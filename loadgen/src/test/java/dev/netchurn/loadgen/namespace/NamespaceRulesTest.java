package dev.netchurn.loadgen.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.netchurn.kernel.Side;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings, their base, and the words that place a process; nothing is set or started. */
@Timeout(30)
class NamespaceRulesTest {

    private static final List<String> COMMAND = List.of("java", "-jar", "x");

    @Test
    void readsASettingForBothSidesOrForOne() {
        assertThat(SysctlSetting.parse("net.ipv4.tcp_fin_timeout=10"))
                .isEqualTo(new SysctlSetting(null, "net.ipv4.tcp_fin_timeout", "10"));
        assertThat(SysctlSetting.parse("client:net.ipv4.tcp_tw_reuse=1"))
                .isEqualTo(new SysctlSetting(Side.CLIENT, "net.ipv4.tcp_tw_reuse", "1"));
        assertThat(SysctlSetting.parse("server:net.core.somaxconn=7"))
                .isEqualTo(new SysctlSetting(Side.SERVER, "net.core.somaxconn", "7"));
    }

    @Test
    void looksForAShortKeyWhereItUsuallyLives() {
        assertThat(SysctlSetting.parse("tcp_tw_reuse=1").key()).isEqualTo("net.ipv4.tcp_tw_reuse");
        assertThat(SysctlSetting.parse("somaxconn=1").key()).isEqualTo("net.core.somaxconn");
        assertThat(SysctlSetting.parse("wmem_max=1").key()).isEqualTo("net.core.wmem_max");
        assertThat(SysctlSetting.parse("nf_conntrack_max=1").key()).isEqualTo("net.netfilter.nf_conntrack_max");
    }

    @Test
    void takesValuesOfSeveralWordsAndKeysOfLinks() {
        assertThat(SysctlSetting.parse("ip_local_port_range=1024 65535").value()).isEqualTo("1024 65535");
        assertThat(SysctlSetting.parse("net.ipv4.conf.churn-client.rp_filter=0").key())
                .isEqualTo("net.ipv4.conf.churn-client.rp_filter");
        assertThat(SysctlSetting.parse("tcp_tw_reuse= 1 ").value()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"net.ipv4.tcp_tw_reuse=1", "client:net.ipv4.tcp_tw_reuse=1", "server:net.ipv4.ip_local_port_range=1 2"})
    void writesWhatItReads(String text) {
        assertThat(SysctlSetting.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "=", "tcp_tw_reuse", "tcp_tw_reuse=", "=1", "both:tcp_tw_reuse=1", "net..ipv4=1",
                "net.ipv4/../../kernel/pid_max=1", "net.ipv4.x\n=1", ".net.x=1", "net.ipv4.=1"})
    void rejectsWhatIsNotTheNameOfASysctl(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SysctlSetting.parse(text));
    }

    @Test
    void setsASettingWithoutSideOnBoth() {
        SysctlSetting both = SysctlSetting.parse("tcp_tw_reuse=1");
        SysctlSetting client = SysctlSetting.parse("client:tcp_tw_reuse=1");
        assertThat(both.isFor(Side.CLIENT) && both.isFor(Side.SERVER)).isTrue();
        assertThat(client.isFor(Side.CLIENT)).isTrue();
        assertThat(client.isFor(Side.SERVER)).isFalse();
    }

    @Test
    void startsFromNothingFromTheHostOrFromARoomyHost() {
        Map<String, String> host = Map.of("net.ipv4.tcp_tw_reuse", "1", "net.core.somaxconn", "128");
        assertThat(BaseSysctls.KERNEL.settings(host, 1L << 33)).isEmpty();
        assertThat(BaseSysctls.HOST.settings(host, 1L << 33)).isEqualTo(host);
        assertThat(BaseSysctls.ROOMY.settings(host, 1L << 33))
                .isEqualTo(Map.of("net.ipv4.tcp_tw_reuse", "1", "net.core.somaxconn", "65535",
                        "net.ipv4.ip_local_port_range", "10000 65535", "net.ipv4.tcp_max_tw_buckets", "4194304",
                        "net.ipv4.tcp_max_syn_backlog", "65535"));
    }

    @Test
    void makesRoomForTimeWaitByTheMemoryThereIs() {
        assertThat(BaseSysctls.ROOMY.settings(Map.of(), 1L << 20)).containsEntry("net.ipv4.tcp_max_tw_buckets", "262144");
        assertThat(BaseSysctls.ROOMY.settings(Map.of(), 1L << 31)).containsEntry("net.ipv4.tcp_max_tw_buckets", "1048576");
        assertThat(BaseSysctls.ROOMY.settings(Map.of(), 1L << 40)).containsEntry("net.ipv4.tcp_max_tw_buckets", "4194304");
    }

    @Test
    void neverMakesARoomyHostNarrower() {
        Map<String, String> host = Map.of("net.ipv4.tcp_max_tw_buckets", "9000000", "net.core.somaxconn", "100000",
                "net.ipv4.tcp_max_syn_backlog", "200000");
        assertThat(BaseSysctls.ROOMY.settings(host, 1L << 33)).containsAllEntriesOf(host);
    }

    @ParameterizedTest
    @EnumSource(BaseSysctls.class)
    void readsTheNameOfABase(BaseSysctls base) {
        assertThat(BaseSysctls.parse(base.text())).isEqualTo(base);
        assertThatIllegalArgumentException().isThrownBy(() -> BaseSysctls.parse("cosy")).withMessageContaining(base.text());
    }

    @ParameterizedTest
    @EnumSource(Topology.class)
    void readsTheNameOfATopology(Topology topology) {
        assertThat(Topology.parse(topology.text())).isEqualTo(topology);
        assertThatIllegalArgumentException().isThrownBy(() -> Topology.parse("ring")).withMessageContaining(topology.text());
    }

    @Test
    void leavesAProcessOnTheHost() {
        assertThat(new ProcessPlacement(false).onHost(COMMAND)).containsExactly(
                "sh", "-c", "trap '' INT TERM HUP; exec \"$@\"", "sh", "setpriv", "--pdeathsig", "KILL", "java", "-jar", "x");
    }

    @Test
    void needsNoUserNamespaceAsRoot() {
        ProcessPlacement root = new ProcessPlacement(true);
        assertThat(root.inNewNamespace(COMMAND)).containsSequence("unshare", "--net", "sh", "-c").doesNotContain("--user");
        assertThat(root.inNamespaceOf(7, COMMAND)).containsSequence("nsenter", "--target", "7", "--net", "setpriv")
                .doesNotContain("--user");
        assertThat(root.inNewNamespaceBeside(7, COMMAND)).containsSequence("unshare", "--net", "sh", "-c")
                .doesNotContain("nsenter");
    }

    @Test
    void makesAUserNamespaceForEverybodyElse() {
        ProcessPlacement user = new ProcessPlacement(false);
        assertThat(user.inNewNamespace(COMMAND)).containsSequence("unshare", "--user", "--map-root-user", "--net", "sh", "-c");
        assertThat(user.inNamespaceOf(7, COMMAND))
                .containsSequence("nsenter", "--target", "7", "--user", "--net", "--preserve-credentials", "setpriv");
        assertThat(user.inNewNamespaceBeside(7, COMMAND))
                .containsSequence("nsenter", "--target", "7", "--user", "--preserve-credentials", "unshare", "--net",
                        "sh", "-c");
    }

    @Test
    void setsTheDeathSignalAfterEveryChangeOfNamespace() {
        ProcessPlacement user = new ProcessPlacement(false);
        for (List<String> words : List.of(user.onHost(COMMAND), user.inNewNamespace(COMMAND), user.inNamespaceOf(7, COMMAND),
                user.inNewNamespaceBeside(7, COMMAND))) {
            assertThat(words).startsWith("sh", "-c", "trap '' INT TERM HUP; exec \"$@\"", "sh")
                    .endsWith("setpriv", "--pdeathsig", "KILL", "java", "-jar", "x");
        }
    }
}
