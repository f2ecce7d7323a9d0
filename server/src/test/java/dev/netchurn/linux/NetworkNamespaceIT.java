package dev.netchurn.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.netchurn.privatenet.InPrivateNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@InPrivateNamespace
class NetworkNamespaceIT {

    private static final Path FIN_TIMEOUT = Path.of("/proc/sys/net/ipv4/tcp_fin_timeout");

    @Test
    void hasSettingsAndLinksOfItsOwn() throws IOException {
        try (NetworkNamespace other = NetworkNamespace.create(); RouteNetlink links = new RouteNetlink()) {
            links.createVethPair("near", "far", other);
            other.run(() -> {
                write("7");
                assertThat(devices()).contains("far").doesNotContain("near");
            });

            assertThat(ProcFile.readOnce(FIN_TIMEOUT).strip()).isEqualTo("60");
            assertThat(devices()).contains("near").doesNotContain("far");
        }
    }

    @Test
    void bringsTheThreadBackAlsoFromAFailure() throws IOException {
        try (NetworkNamespace other = NetworkNamespace.create()) {
            String before = Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
            assertThatIllegalStateException().isThrownBy(() -> other.run(() -> {
                throw new IllegalStateException("in there");
            })).withMessage("in there");

            assertThat(Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"))).hasToString(before);
        }
    }

    private static void write(String value) {
        try {
            Files.writeString(FIN_TIMEOUT, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String devices() {
        try {
            return ProcFile.readOnce(Path.of("/proc/thread-self/net/dev"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
