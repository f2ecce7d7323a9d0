package dev.netchurn.privatenet;

import dev.netchurn.linux.ProcFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Kernel settings of the private namespace that a test runs in. */
public final class Sysctl {

    private Sysctl() {
    }

    /** Writes a setting such as {@code net.ipv4.tcp_fin_timeout} and makes sure that the kernel took it. */
    public static void set(String key, String value) throws IOException {
        if (!NamespaceChild.isThisJvm()) {
            throw new IllegalStateException("tests change settings in private namespaces only");
        }
        Files.writeString(path(key), value);
        String now = get(key);
        if (!now.equals(value.strip().replaceAll("\\s+", "\t"))) {
            throw new IllegalStateException(key + " is " + now + " after " + value + " was written");
        }
    }

    /** Reads a setting; several values are parted by tabs. */
    public static String get(String key) throws IOException {
        return ProcFile.readOnce(path(key)).strip();
    }

    private static Path path(String key) {
        return Path.of("/proc/sys", key.split("\\."));
    }
}
