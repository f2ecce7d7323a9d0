package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.run.AddressPlan;
import dev.netchurn.loadgen.run.TargetRequest;
import dev.netchurn.server.ServerClose;
import dev.netchurn.transport.Engine;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say whom to churn against. */
final class TargetOptions {

    @Option(names = "--target", paramLabel = "HOST:PORT[,...]", split = ",", hideParamSyntax = true,
            description = "Churn against this server; without it an embedded target is started.")
    private @Nullable List<String> targets;

    @Option(names = "--observe", paramLabel = "HOST:PORT",
            description = "Read the server's side from a 'netchurn watch --metrics HOST:PORT' on the host of --target.")
    private @Nullable String observe;

    @Option(names = "--i-own-target", paramLabel = "HOST",
            description = "Your word that a target outside of loopback, private and link-local addresses is yours.")
    private @Nullable List<String> owned;

    @Option(names = "--target-command", paramLabel = "CMD",
            description = "Start this server in the server's private namespace instead of the embedded target (sh -c), wait until it listens, stop it at the end.")
    private @Nullable String command;

    @Option(names = "--target-port", paramLabel = "P", description = "The port that --target-command listens on.")
    private @Nullable String commandPort;

    @Option(names = "--target-start-timeout", paramLabel = "D",
            description = "How long --target-command has to begin to listen. Default: 30s.")
    private @Nullable String startTimeout;

    @Option(names = "--family", paramLabel = "4|6", description = "Address family of a target that is started. Default: 4.")
    private @Nullable Integer family;

    @Option(names = "--server-close", paramLabel = "HOW",
            description = "How the embedded target closes: after-client, delay:D, first, rst, rst-after-client, half-close:BYTES (sent between the client's FIN and its own), leak:FRACTION (never closed), never, no-accept. Default: after-client; first with --close peer.")
    private @Nullable String serverClose;

    @Option(names = "--target-addresses", paramLabel = "auto|N",
            description = "Addresses of a target that is started, which the client rotates through. Default: auto, from the port budget.")
    private @Nullable String targetAddresses;

    @Option(names = "--backlog", paramLabel = "N", description = "Of each listener of the embedded target. Default: 4096.")
    private @Nullable String backlog;

    @Option(names = "--acceptors", paramLabel = "N",
            description = "Listeners of the embedded target per address (SO_REUSEPORT), one event loop each. Default: as many as --loops.")
    private @Nullable String acceptors;

    @Option(names = "--server-engine", paramLabel = "epoll|io_uring|channel",
            description = "How the embedded target does it: epoll = lean; io_uring = lean, multishot accept; channel = stock Netty ServerBootstrap. Default: epoll.")
    private @Nullable String serverEngine;

    /** Whether the target is somebody else's. */
    boolean isExternal() {
        return targets != null;
    }

    /** How the client closes when the user did not say: it must not wait for a server that waits for it, nor the reverse. */
    ClientClose effectiveClientClose(@Nullable ClientClose given) {
        ServerClose server = serverCloseGiven();
        if (given != null) {
            return given;
        }
        return server != null && server.serverCloses() ? new ClientClose.Peer() : new ClientClose.Graceful();
    }

    /** The target that the flags describe. */
    TargetRequest request(ClientClose clientClose, int loops, boolean loadGiven) {
        if (targets != null) {
            if (command != null || commandPort != null || startTimeout != null) {
                throw new IllegalArgumentException("--target-command starts a target and --target has one; give one of them");
            }
            refuseWithTarget("--server-close", serverClose);
            refuseWithTarget("--server-engine", serverEngine);
            refuseWithTarget("--target-addresses", targetAddresses);
            refuseWithTarget("--backlog", backlog);
            refuseWithTarget("--acceptors", acceptors);
            refuseWithTarget("--family", family);
            if (observe != null && !observe.matches("\\S+:\\d{1,5}")) {
                throw new IllegalArgumentException("--observe: '" + observe + "' is not HOST:PORT");
            }
            return new TargetRequest.External(targets, owned == null ? List.of() : owned, loadGiven, observe);
        }
        if (observe != null) {
            throw new IllegalArgumentException("--observe needs --target; a target that netchurn starts is observed anyway");
        }
        if (owned != null) {
            throw new IllegalArgumentException("--i-own-target needs --target");
        }
        if (command != null) {
            return program(command);
        }
        if (commandPort != null || startTimeout != null) {
            throw new IllegalArgumentException(
                    (commandPort != null ? "--target-port" : "--target-start-timeout") + " needs --target-command");
        }
        ServerClose given = serverCloseGiven();
        ServerClose close = given != null
                ? given
                : clientClose instanceof ClientClose.Peer ? new ServerClose.First() : new ServerClose.AfterClient();
        return new TargetRequest.Embedded(engine(), close, family == null ? 4 : family, addresses(),
                (int) Flag.count("--backlog", backlog == null ? "4096" : backlog, 1, 1 << 20),
                acceptors == null ? loops : (int) Flag.count("--acceptors", acceptors, 1, 64));
    }

    private TargetRequest.Program program(String given) {
        refuseWithCommand("--server-close", serverClose);
        refuseWithCommand("--server-engine", serverEngine);
        refuseWithCommand("--backlog", backlog);
        refuseWithCommand("--acceptors", acceptors);
        if (given.isBlank()) {
            throw new IllegalArgumentException("--target-command: the command is empty");
        }
        if (commandPort == null) {
            throw new IllegalArgumentException("--target-command needs --target-port, the port that the server listens on");
        }
        return new TargetRequest.Program(given, (int) Flag.count("--target-port", commandPort, 1, 65535),
                family == null ? 4 : family, addresses(),
                Flag.positiveNs("--target-start-timeout", startTimeout == null ? "30s" : startTimeout));
    }

    /** Whether a client may wait for this target for ever. */
    boolean mayWaitInVain() {
        ServerClose given = serverCloseGiven();
        return given != null && given.mayNeverClose();
    }

    private Engine engine() {
        return serverEngine == null ? Engine.EPOLL : Flag.read("--server-engine", serverEngine, Engine::parse);
    }

    private @Nullable ServerClose serverCloseGiven() {
        return serverClose == null ? null : Flag.read("--server-close", serverClose, ServerClose::parse);
    }

    private int addresses() {
        return targetAddresses == null || targetAddresses.equals("auto")
                ? 0
                : (int) Flag.count("--target-addresses", targetAddresses, 1, AddressPlan.MOST_TARGET_ADDRESSES);
    }

    private static void refuseWithTarget(String flag, @Nullable Object value) {
        if (value != null) {
            throw new IllegalArgumentException(
                    flag + " belongs to the embedded target and has no effect on --target; leave one of them out");
        }
    }

    private static void refuseWithCommand(String flag, @Nullable Object value) {
        if (value != null) {
            throw new IllegalArgumentException(
                    flag + " belongs to the embedded target; the server of --target-command does as it does, leave it out");
        }
    }
}
