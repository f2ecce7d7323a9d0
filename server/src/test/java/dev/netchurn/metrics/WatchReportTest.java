package dev.netchurn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class WatchReportTest {

    private final WatchReport report = new WatchReport(WatchReport.SCHEMA_VERSION, Set.of(80, 443),
            new KernelReading(5, Map.of(Side.SERVER, new SocketCensus(Map.of(TcpState.CLOSE_WAIT, 7L), 3)), true, 0, false,
                    new TcpCounters(Map.of("TcpPassiveOpens", 9L)), new ListenQueue(1, 128, 2), 1000));

    @Test
    void isReadAsItWasWritten() {
        assertThat(WatchReport.parse(report.json())).isEqualTo(report);
    }

    @Test
    void toleratesWhatALaterNetchurnAdds() {
        assertThat(WatchReport.parse(report.json().replaceFirst("\\{", "{\"more\":1,"))).isEqualTo(report);
    }

    @Test
    void refusesAnotherVersionAndWhatIsNoReport() {
        String later = report.json().replace("\"schemaVersion\":1", "\"schemaVersion\":2");
        assertThatThrownBy(() -> WatchReport.parse(later)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("speaks version 2");
        assertThatThrownBy(() -> WatchReport.parse("<html>")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no report of a watch");
        assertThatThrownBy(() -> WatchReport.parse("{}")).isInstanceOf(IllegalArgumentException.class);
    }
}
