package dev.netchurn.loadgen.connection;

import dev.netchurn.linux.Errno;
import io.netty.channel.unix.Errors;
import java.net.NoRouteToHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The errno inside of an exception of a Netty channel. Netty has a getter for it only where the call was not connect(2): there
 * it stands in the text alone, and ENETUNREACH and EHOSTUNREACH lose even that (io.netty.channel.unix.Errors).
 */
final class ChannelErrno {

    /** Stands for an exception that holds none. */
    static final int NONE = 0;

    private static final Pattern TEXT = Pattern.compile("failed with error\\(-?(\\d{1,6})\\)");

    private ChannelErrno() {
    }

    /** The positive error number that the exception or one of its causes holds, or {@link #NONE}. */
    static int of(@Nullable Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            int errno = ofOne(cause);
            if (errno != NONE) {
                return errno;
            }
        }
        return NONE;
    }

    private static int ofOne(Throwable cause) {
        if (cause instanceof Errors.NativeIoException io) {
            return Math.abs(io.expectedErr());
        }
        if (cause instanceof NoRouteToHostException) {
            return Errno.EHOSTUNREACH;
        }
        Matcher matcher = TEXT.matcher(String.valueOf(cause.getMessage()));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : NONE;
    }
}
