package dev.netchurn.loadgen.lab;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a phenomenon is played.
 *
 * @param kind two namespaces joined by the lab's own wire, or one namespace with both ends on 127.0.0.1
 * @param oneWay how long the wire takes for each segment; 0 hands it on at once
 * @param clientSysctls set in the client's namespace before the scene
 * @param serverSysctls set in the server's namespace before the scene
 * @param lasts how long the scene is expected to take; long ones run beside the others
 */
public record Stage(
        Kind kind, Duration oneWay, Map<String, String> clientSysctls, Map<String, String> serverSysctls, Duration lasts) {

    /** How the ends are joined. */
    public enum Kind {
        /** Two namespaces, and a wire between them that the lab holds in its hand. */
        WIRE,
        /** One namespace, where the kernel hands each segment over within the sender's system call. */
        LOOPBACK
    }

    private static final Duration VISIBLE = Duration.ofMillis(5);

    public Stage {
        clientSysctls = Map.copyOf(clientSysctls);
        serverSysctls = Map.copyOf(serverSysctls);
    }

    /** A wire that takes 5 ms one way, so that every state of both ends can be seen. */
    public static Stage slowWire() {
        return new Stage(Kind.WIRE, VISIBLE, Map.of(), Map.of(), Duration.ofSeconds(1));
    }

    /** A wire that hands each segment on at once. */
    public static Stage wire() {
        return new Stage(Kind.WIRE, Duration.ZERO, Map.of(), Map.of(), Duration.ofSeconds(1));
    }

    /** Both ends on 127.0.0.1. */
    public static Stage loopback() {
        return new Stage(Kind.LOOPBACK, Duration.ZERO, Map.of(), Map.of(), Duration.ofSeconds(1));
    }

    /** With a setting on both sides. */
    public Stage sysctl(String key, String value) {
        return new Stage(kind, oneWay, with(clientSysctls, key, value), with(serverSysctls, key, value), lasts);
    }

    /** With a setting at the client only; on loopback that is everybody's. */
    public Stage clientSysctl(String key, String value) {
        return new Stage(kind, oneWay, with(clientSysctls, key, value), serverSysctls, lasts);
    }

    /** With a setting at the server only; on loopback that is everybody's. */
    public Stage serverSysctl(String key, String value) {
        return new Stage(kind, oneWay, clientSysctls, with(serverSysctls, key, value), lasts);
    }

    /** With another expected duration. */
    public Stage lasting(Duration duration) {
        return new Stage(kind, oneWay, clientSysctls, serverSysctls, duration);
    }

    /** As written in results. */
    public String topology() {
        return switch (kind) {
            case WIRE -> "wire";
            case LOOPBACK -> "loopback";
        };
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> more = new TreeMap<>(settings);
        more.put(key, value);
        return more;
    }
}
