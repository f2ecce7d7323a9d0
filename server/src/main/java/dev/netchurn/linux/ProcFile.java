package dev.netchurn.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file below /proc that is kept open and read again from its start. Each reading is one large read(2): the kernel makes the
 * text anew for a read at offset 0, and a sysctl file asked for one byte first, as {@code Files.readString} does, gives only
 * that byte.
 *
 * <p>A file below /proc/thread-self/net stays with the network namespace of the thread that opened it. Owned by one thread.
 */
public final class ProcFile implements AutoCloseable {

    private static final int SPACE = 64 * 1024;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer;

    /** Opens a file for reading. */
    public ProcFile(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
        this.buffer = ByteBuffer.allocateDirect(SPACE);
    }

    /** Reads a file once. */
    public static String readOnce(Path path) throws IOException {
        try (ProcFile file = new ProcFile(path)) {
            return file.read();
        }
    }

    /**
     * The whole text as it is now.
     *
     * @throws IOException when the file cannot be read or is larger than 64 KiB
     */
    public String read() throws IOException {
        buffer.clear();
        int length = channel.read(buffer, 0);
        if (length == SPACE) {
            throw new IOException(path + " is larger than " + SPACE + " bytes");
        }
        byte[] bytes = new byte[Math.max(length, 0)];
        buffer.flip().get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
