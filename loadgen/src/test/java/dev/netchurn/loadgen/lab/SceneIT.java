package dev.netchurn.loadgen.lab;

import static dev.netchurn.kernel.Side.CLIENT;
import static dev.netchurn.kernel.Side.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.privatenet.InPrivateNamespace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a phenomenon whose expectations do not hold, and what the wire and the capture do. */
@Timeout(60)
@InPrivateNamespace
class SceneIT {

    @Test
    void aPhenomenonFailsWhenAnExpectationDoesNotHold() throws InterruptedException {
        LabResult result = play(Stage.wire(), scene -> {
            Scene.Connection connection = scene.establish();
            scene.expect().states(CLIENT, connection, "SYN_SENT", "CLOSING");
            scene.expect().counter(SERVER, "TcpPassiveOpens", 2);
            scene.expect().segments("client SYN seq=0");
            scene.expect().between("a time", Duration.ofSeconds(1), Duration.ofSeconds(2), 500_000_000L);
            scene.expect().between("a count", 3, 4, 5);
            scene.expect().state(CLIENT, connection, TcpState.TIME_WAIT);
            scene.expect().closed(CLIENT, connection);
            scene.expect().outcome("a call", 0, -104);
            scene.expect().count(CLIENT, TcpState.ESTABLISHED, 2);
            scene.expect().segmentCount("RSTs", 1, SegmentTrace::isRst);
        });

        assertThat(result.passed()).isFalse();
        assertThat(result.skipped()).isNull();
        assertThat(result.checks()).hasSize(10).allMatch(check -> !check.passed());
        assertThat(result.expected()).contains("server's TcpPassiveOpens: 2", "a call: 0");
        assertThat(result.observed()).contains("server's TcpPassiveOpens: 1", "a call: ECONNRESET", "a time: 0.500 s");
    }

    @Test
    void aPhenomenonFailsWhenWhatItBuildsOnDoesNotHappen() throws InterruptedException {
        LabResult result = play(Stage.wire(), scene -> {
            scene.establish();
            scene.await("a miracle", Duration.ofMillis(50), () -> false);
            throw new AssertionError("not reached");
        });

        assertThat(result.passed()).isFalse();
        assertThat(result.expected()).containsExactly("the scene sees: a miracle within 0 s");
        assertThat(result.segments()).as("what there was is told all the same").hasSize(3);
    }

    @Test
    void aScriptThatExpectsNothingProvesNothing() throws InterruptedException {
        assertThat(play(Stage.wire(), Scene::establish).passed()).isFalse();
    }

    @Test
    void aSettingThatThisKernelLacksSkipsThePhenomenonWithAReason() throws InterruptedException {
        LabResult result = play(Stage.wire().sysctl("net.ipv4.tcp_tw_recycle", "1"), Scene::establish);

        assertThat(result.skipped()).contains("net.ipv4.tcp_tw_recycle");
        assertThat(result.passed()).isFalse();
    }

    @Test
    void theWireLosesWhatItIsToldToAndTcpSendsItAgain() throws InterruptedException {
        LabResult result = play(Stage.wire(), scene -> {
            Scene.Connection connection = scene.establish();
            scene.wire().lose(1, segment -> segment.isFrom(CLIENT) && segment.length() == 7);
            connection.client().send(7);
            scene.expect().outcome("recv()", 7, connection.server().receive());
        });

        assertThat(result.passed()).isTrue();
        List<Segment> data = result.segments().stream().filter(segment -> segment.length() == 7).toList();
        assertThat(data).extracting(Segment::dropped).containsExactly(true, false);
        assertThat(data).extracting(Segment::retransmission).containsExactly(false, true);
        assertThat(data.getFirst().deliveredNs()).isNull();
        assertThat(data).extracting(Segment::seq).containsOnly(1L);
    }

    @Test
    void loopbackShowsTheSameSegmentsOnce() throws InterruptedException {
        LabResult result = play(Stage.loopback(), scene -> {
            Scene.Connection connection = scene.establish();
            connection.client().linger(0);
            connection.client().close();
            scene.awaitClosed(SERVER, connection);
            scene.await("the capture", () -> scene.expect().segments().size() == 4);
            scene.expect().segments(
                    "client SYN seq=0", "server SYN ACK seq=0 ack=1", "client ACK seq=1 ack=1", "client RST ACK seq=1 ack=1");
        });

        assertThat(result.observed()).isEqualTo(result.expected());
        assertThat(result.segments()).allSatisfy(segment -> {
            assertThat(segment.deliveredNs()).isNotNull();
            assertThat(segment.senderState()).isNull();
        });
    }

    private static LabResult play(Stage stage, Phenomenon.Script script) throws InterruptedException {
        Phenomenon phenomenon = new Phenomenon("of-a-test", "Of a test", "Something happens.", stage, script);
        try (SceneRun run = new SceneRun(phenomenon, new SystemClock())) {
            return run.play();
        }
    }
}
