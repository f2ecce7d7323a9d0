package dev.netchurn.loadgen.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.linux.Errno;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts were taken from exceptions that Netty 4.2 threw; the tests that make them happen are in FailureIT. */
class ChannelErrnoTest {

    /** Netty takes the numbers of its errors from there. */
    @BeforeAll
    static void loadNativeLibrary() {
        Epoll.ensureAvailability();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "connect(..) failed with error(-111): Connection refused: /127.0.0.1:9|111",
        "finishConnect(..) failed with error(-111): Connection refused: localhost/127.0.0.1:9|111",
        "finishConnect(..) failed with error(-104): Connection reset by peer: /127.0.0.1:9|104",
        "connect(..) failed with error(-99): Cannot assign requested address: /10.0.0.1:80|99",
        "connection timed out after 300 ms: /127.0.0.1:9|0",
        "Unable to create Channel from class class io.netty.channel.epoll.EpollSocketChannel|0"})
    void readsTheNumberInTheText(String text, int errno) {
        assertThat(ChannelErrno.of(new ConnectException(text))).isEqualTo(errno);
    }

    @Test
    void asksTheExceptionThatKnowsHoweverDeepItIs() {
        IOException noDescriptor = Errors.newIOException("newSocketStream", -Errno.EMFILE);

        assertThat(ChannelErrno.of(new ChannelException("no text", new RuntimeException(noDescriptor))))
                .isEqualTo(Errno.EMFILE);
    }

    @Test
    void takesTheMissingRouteThatNettyStripsOfItsNumber() {
        assertThat(ChannelErrno.of(new NoRouteToHostException())).isEqualTo(Errno.EHOSTUNREACH);
    }

    @Test
    void findsNoNumberWhereThereIsNone() {
        assertThat(ChannelErrno.of(null)).isEqualTo(ChannelErrno.NONE);
        assertThat(ChannelErrno.of(new IOException())).isEqualTo(ChannelErrno.NONE);
    }
}
