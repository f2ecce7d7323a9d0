package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.netchurn.kernel.CensusMode;
import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.namespace.BaseSysctls;
import dev.netchurn.loadgen.namespace.SysctlSetting;
import dev.netchurn.loadgen.namespace.Topology;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EnvironmentRequestTest {

    @Test
    void neverChangesTheHost() {
        assertThatIllegalArgumentException().isThrownBy(() -> request(Topology.HOST, "tcp_tw_reuse=1"))
                .withMessageContaining("never changes the host's");
        assertThat(request(Topology.HOST).required(Side.CLIENT)).isEmpty();
    }

    @Test
    void givesASideItsOwnSettingsOnlyWhereItHasItsOwnNamespace() {
        assertThatIllegalArgumentException().isThrownBy(() -> request(Topology.LOOPBACK, "client:tcp_tw_reuse=1"))
                .withMessageContaining("both ends share one");
        assertThat(request(Topology.LOOPBACK, "tcp_tw_reuse=1").required(Side.SERVER))
                .isEqualTo(Map.of("net.ipv4.tcp_tw_reuse", "1"));
        EnvironmentRequest veth = request(Topology.VETH, "client:tcp_tw_reuse=1", "tcp_fin_timeout=9");
        assertThat(veth.required(Side.CLIENT)).isEqualTo(Map.of("net.ipv4.tcp_tw_reuse", "1", "net.ipv4.tcp_fin_timeout", "9"));
        assertThat(veth.required(Side.SERVER)).isEqualTo(Map.of("net.ipv4.tcp_fin_timeout", "9"));
    }

    @Test
    void takesTheLastOfTwoSettingsOfOneKey() {
        assertThat(request(Topology.VETH, "tcp_tw_reuse=1", "client:tcp_tw_reuse=0").required(Side.CLIENT))
                .isEqualTo(Map.of("net.ipv4.tcp_tw_reuse", "0"));
    }

    private static EnvironmentRequest request(Topology topology, String... settings) {
        return new EnvironmentRequest(topology, BaseSysctls.HOST, Stream.of(settings).map(SysctlSetting::parse).toList(),
                CensusMode.AUTO);
    }
}
