package dev.netchurn.loadgen.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpFrameTest {

    private static final String ETHERNET = "02aabbccdd02 02aabbccdd01";
    /** A SYN as Linux sends it: MSS 1460, SACK permitted, timestamps, window scale. */
    private static final byte[] SYN_IPV4 = hex(ETHERNET, "0800",
            "4500003c 1c464000 40060000 0a4d0001 0a4d0002",
            "9c402328 fffffff0 00000000 a002faf0 00000000",
            "020405b4 0402080a 00000001 00000000 01030307");
    private static final byte[] DATA_IPV6 = hex(ETHERNET, "86dd",
            "60000000 0019 06 40 fd000000000000000000000000000001 fd000000000000000000000000000002",
            "23289c40 00000001 80000000 5019faf0 00000000",
            "68656c6c6f");

    @Test
    void readsASynWithItsOptions() {
        TcpFrame syn = TcpFrame.parse(SYN_IPV4, 0).orElseThrow();

        assertThat(syn).isEqualTo(new TcpFrame(40000, 9000, 0xffff_fff0L, 0, TcpFrame.SYN, 0, 1460));
        assertThat(syn.flags()).containsExactly("SYN");
        assertThat(syn.sequenceLength()).isEqualTo(1);
    }

    @Test
    void readsDataWithAFinOverIpv6() {
        TcpFrame frame = TcpFrame.parse(DATA_IPV6, 0).orElseThrow();

        assertThat(frame.length()).isEqualTo(5);
        assertThat(frame.acknowledgement()).isEqualTo(0x8000_0000L);
        assertThat(frame.flags()).containsExactly("FIN", "PSH", "ACK");
        assertThat(frame.sequenceLength()).as("five bytes and the FIN").isEqualTo(6);
        assertThat(frame.mss()).isNull();
    }

    @Test
    void startsWhereItIsTold() {
        byte[] behindAHeader = new byte[SYN_IPV4.length + 10];
        System.arraycopy(SYN_IPV4, 0, behindAHeader, 10, SYN_IPV4.length);

        assertThat(TcpFrame.parse(behindAHeader, 10)).isEqualTo(TcpFrame.parse(SYN_IPV4, 0));
    }

    @Test
    void ignoresThePaddingOfAShortFrame() {
        assertThat(TcpFrame.parse(Arrays.copyOf(SYN_IPV4, SYN_IPV4.length + 6), 0).orElseThrow().length()).isZero();
    }

    @Test
    void findsNoSegmentInAFrameThatWasCut() {
        for (int length = 0; length < SYN_IPV4.length; length++) {
            assertThat(TcpFrame.parse(Arrays.copyOf(SYN_IPV4, length), 0)).as("of %d bytes", length).isEmpty();
        }
    }

    @Test
    void findsNoSegmentInOtherProtocols() {
        byte[] arp = SYN_IPV4.clone();
        arp[13] = 0x06;
        byte[] udp = SYN_IPV4.clone();
        udp[23] = 17;

        assertThat(TcpFrame.parse(arp, 0)).isEmpty();
        assertThat(TcpFrame.parse(udp, 0)).isEmpty();
    }

    @Test
    void survivesAnyBytes() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = SYN_IPV4.clone();
            for (int j = 0; j < 4; j++) {
                bytes[12 + random.nextInt(bytes.length - 12)] = (byte) random.nextInt();
            }
            assertThatCode(() -> TcpFrame.parse(bytes, 0)).doesNotThrowAnyException();
        }
    }

    private static byte[] hex(String... parts) {
        return HexFormat.of().parseHex(String.join("", parts).replace(" ", ""));
    }
}
