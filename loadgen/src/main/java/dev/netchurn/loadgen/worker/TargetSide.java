package dev.netchurn.loadgen.worker;

import dev.netchurn.loadgen.connection.EstablishedSample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The target side of a run, whoever's server it is: it listens before the start, and connections are the load's to begin. */
sealed interface TargetSide extends Role permits TargetRole, ProgramRole {

    @Override
    default void start(long startAtNs) {
        // It listens already; only the load has a start.
    }

    @Override
    default @Nullable LoadReport load() {
        return null;
    }

    @Override
    default boolean isIdle() {
        return true;
    }

    @Override
    default boolean arrivalsDone() {
        return false;
    }

    @Override
    default void stopArrivals() {
        // Connections are the load's to start.
    }

    @Override
    default List<EstablishedSample> takeEstablished() {
        return List.of();
    }

    /** What is open when the books are read stays open in them; it ends with the server, in {@link #close}. */
    @Override
    default void closeAll() {
    }
}
