package dev.netchurn.kernel;

import static dev.netchurn.kernel.NamespaceBooks.LOOPBACK;
import static dev.netchurn.kernel.NamespaceBooks.PORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.netchurn.linux.Syscalls;
import dev.netchurn.privatenet.InPrivateNamespace;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@InPrivateNamespace
class SockDiagIT {

    /** More than fit in the first few datagrams of a dump. */
    private static final int MANY = 2000;

    private long visited;

    @Test
    void survivesAVisitorThatThrowsInTheMiddleOfADump() {
        try (NamespaceBooks books = new NamespaceBooks(); SockDiag diag = new SockDiag()) {
            int listener = books.sockets.listen(LOOPBACK, PORT, 100);
            for (int i = 0; i < MANY; i++) {
                books.closeClientFirst(books.pair(listener));
            }
            SockDiag.Visitor throwing = (family, state, localPort, remotePort, inode, timer, rqueue, wqueue, drops) -> {
                throw new IllegalStateException("the visitor's own trouble");
            };

            assertThatThrownBy(() -> diag.dump(TcpState.TIME_WAIT.bit(), throwing)).hasMessage("the visitor's own trouble");
            diag.dump(TcpState.TIME_WAIT.bit(), this::count);

            assertThat(visited).isEqualTo(MANY);
        }
    }

    @Test
    void addsUpListenersThatShareAPort() {
        try (NamespaceBooks books = new NamespaceBooks()) {
            for (int backlog : new int[] {3, 4}) {
                int listener = books.sockets.socket(LOOPBACK);
                books.sockets.calls().setOption(listener, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEPORT, 1);
                assertThat(books.sockets.bind(listener, LOOPBACK, PORT)).isZero();
                assertThat(books.sockets.calls().listen(listener, backlog)).isZero();
            }
            for (int i = 0; i < 4; i++) {
                books.sockets.startConnect(LOOPBACK, PORT);
            }

            assertThat(books.queue()).isEqualTo(new ListenQueue(4, 7, 0));
        }
    }

    @Test
    void findsADualStackListenerUnderBothFamilies() {
        try (NamespaceBooks books = new NamespaceBooks(); SockDiag diag = new SockDiag()) {
            books.sockets.listen(InetAddress.ofLiteral("::"), PORT, 5);

            assertThat(diag.listener(LOOPBACK, PORT)).contains(new ListenQueue(0, 5, 0));
            assertThat(diag.listener(InetAddress.ofLiteral("::1"), PORT)).contains(new ListenQueue(0, 5, 0));
        }
    }

    @Test
    void refusesAMaskThatWouldWalkTheBindTable() {
        try (SockDiag diag = new SockDiag()) {
            assertThatThrownBy(() -> diag.dump(-1, this::count)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void count(int family, int state, int localPort, int remotePort, long inode, int timer,
            long rqueue, long wqueue, long drops) {
        visited++;
    }
}
