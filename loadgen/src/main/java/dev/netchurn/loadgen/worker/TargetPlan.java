package dev.netchurn.loadgen.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a target worker has listen. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TargetPlan.Embedded.class, name = "embedded"),
    @JsonSubTypes.Type(value = TargetPlan.Program.class, name = "program")
})
public sealed interface TargetPlan {

    /** A server of our own, inside the worker. */
    record Embedded(ServerPlan server) implements TargetPlan {
    }

    /**
     * A server program, as a child of the worker and in its namespace.
     *
     * @param command for {@code sh -c}
     * @param endpoints where it may listen: one port at the addresses of the namespace
     * @param listenWithinNs how long it has to begin to listen
     * @param output file that its standard output and error go to; null for nowhere
     */
    record Program(String command, List<Endpoint> endpoints, long listenWithinNs, @Nullable String output)
            implements
                TargetPlan {

        public Program {
            endpoints = List.copyOf(endpoints);
            if (command.isBlank()) {
                throw new IllegalArgumentException("a server program needs a command");
            }
            if (endpoints.isEmpty() || listenWithinNs <= 0) {
                throw new IllegalArgumentException("a server program needs an address, and time to begin to listen");
            }
        }

        /** The same, with its output in a file. */
        public Program writingTo(String file) {
            return new Program(command, endpoints, listenWithinNs, file);
        }
    }
}
