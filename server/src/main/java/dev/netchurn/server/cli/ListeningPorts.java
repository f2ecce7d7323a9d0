package dev.netchurn.server.cli;

import dev.netchurn.kernel.SockDiag;
import dev.netchurn.linux.ProcessTree;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** The TCP ports that a process and its descendants listen on, found by the inodes of their sockets. */
final class ListeningPorts {

    private static final String SOCKET = "socket:[";

    private ListeningPorts() {
    }

    /**
     * Looks in the network namespace of the calling thread.
     *
     * @throws IOException with a sentence for the user, when there is none or the sockets may not be seen
     */
    static Set<Integer> of(long pid) throws IOException {
        Set<Long> inodes = new HashSet<>();
        for (long member : new ProcessTree(pid).pids()) {
            addSockets(inodes, member);
        }
        Set<Integer> ports = new TreeSet<>();
        try (SockDiag sockDiag = new SockDiag()) {
            sockDiag.dumpListeners((_, _, localPort, _, inode, _, _, _, _) -> {
                if (inodes.contains(inode)) {
                    ports.add(localPort);
                }
            });
        }
        if (ports.isEmpty()) {
            throw new IOException(
                    "process " + pid + " and those that descend from it listen on no TCP port; name one with --port");
        }
        return ports;
    }

    private static void addSockets(Set<Long> inodes, long pid) throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : descriptors) {
                String target = Files.readSymbolicLink(descriptor).toString();
                if (target.startsWith(SOCKET)) {
                    inodes.add(Long.valueOf(target.substring(SOCKET.length(), target.length() - 1)));
                }
            }
        } catch (AccessDeniedException e) {
            throw new IOException("the sockets of process " + pid
                    + " may not be seen by this user; run it as root or as the user of that process, or name its --port", e);
        } catch (IOException | DirectoryIteratorException e) {
            // The process or the descriptor is gone; what it listened on is gone with it.
        }
    }
}
