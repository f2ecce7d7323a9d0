package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class WarmUpIT {

    private static final int CONNECTIONS = 2_000;

    @ParameterizedTest
    @CsvSource({
        "after-client,none", "delay:5s,none", "first,none", "rst,none", "never,none",
        "after-client,request:64:128KiB", "delay:5s,request:64:64", "first,request:64:64", "never,request:64:64"})
    void leavesNeitherTimeWaitNorOpenDescriptors(String close, String exchange) throws IOException {
        ServerPlan plan = Targets.plan(close, exchange);
        long timeWaitBefore = timeWait();
        long descriptorsBefore = descriptors();
        int made = ChurnServer.warmUp(plan, new SystemClock(), CONNECTIONS, Duration.ofSeconds(5));
        assertThat(made).isGreaterThanOrEqualTo(CONNECTIONS);
        assertThat(timeWait() - timeWaitBefore).as("TIME_WAIT left").isLessThanOrEqualTo(0);
        assertThat(descriptors()).as("descriptors left").isLessThanOrEqualTo(descriptorsBefore);
        try (ChurnServer server = Targets.start(plan)) {
            assertThat(server.books()).isEqualTo(ServerBooks.EMPTY);
        }
    }

    /** Whole host: other tests only make it smaller while they wait, never larger by thousands at this moment. */
    private static long timeWait() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/thread-self/net/sockstat"))) {
            if (line.startsWith("TCP:")) {
                String[] words = line.split(" ");
                return Long.parseLong(words[java.util.List.of(words).indexOf("tw") + 1]);
            }
        }
        throw new IllegalStateException("sockstat has no TCP line");
    }

    private static long descriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }
}
