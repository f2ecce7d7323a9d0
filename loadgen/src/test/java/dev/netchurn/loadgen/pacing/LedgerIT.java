package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.transport.Engine;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sums of the ledger hold whatever the server does; {@link FinishedLoad} checks them. */
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
class LedgerIT {

    @Parameter
    private Engine engine;

    private static final List<String> CLOSES = List.of("graceful", "fin", "rst", "peer", "never");

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void holdsWhateverTheServerDoes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean exchange = random.nextBoolean();
        try (TestTarget target = TestTarget.on(socket -> misbehave(new SplittableRandom(seed ^ socket.getPort()), socket))) {
            TestPlan plan = TestPlan.against(target.endpoint()).engine(engine)
                    .close(ClientClose.parse(CLOSES.get(random.nextInt(CLOSES.size()))))
                    .eager(ConnectionPlan.Eager.values()[random.nextInt(3)])
                    .loops(1 + random.nextInt(3)).holdMs(random.nextInt(3)).timeoutsMs(200, 20, 20).times(50, 10_000)
                    .connections(300);
            if (exchange) {
                plan.exchange(1 + random.nextInt(100_000), 1 + random.nextInt(100_000));
            }
            if (random.nextBoolean()) {
                plan.rate(2000).maxInFlight(20, LoadPlan.Overload.values()[random.nextInt(2)]);
            } else {
                plan.concurrency(1 + random.nextInt(30));
            }
            FinishedLoad load = FinishedLoad.of(plan.make());

            assertThat(load.measured().scheduled()).isEqualTo(300);
        }
    }

    private static void misbehave(SplittableRandom random, Socket socket) throws IOException {
        switch (random.nextInt(7)) {
            case 0 -> socket.close();
            case 1 -> {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            case 2 -> {
                // Left open.
            }
            case 3 -> socket.shutdownOutput();
            case 4 -> {
                socket.getOutputStream().write(new byte[random.nextInt(200_000)]);
                socket.close();
            }
            case 5 -> {
                socket.getInputStream().read();
                socket.getOutputStream().write(1);
                socket.setSoLinger(true, 0);
                socket.close();
            }
            default -> {
                socket.getInputStream().readNBytes(random.nextInt(100_000));
                socket.getOutputStream().write(new byte[100_000]);
                TestTarget.drain(socket.getInputStream());
                socket.close();
            }
        }
    }
}
