package dev.netchurn.loadgen.arrival;

import java.lang.foreign.Linker;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.logging.Logger;

import dev.netchurn.loadgen.arrival.cli.ForbiddenCommand;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Breaks every rule of {@code ArchitectureTest} that a class can break, so that the rules are known to bite. */
public final class ForbiddenUtil {

    static int counter;

    long startMillis;
    @Nullable Channel channel;
    @Nullable ForbiddenCommand command;

    private final Lock lock = new ReentrantLock();
    private final LongSupplier clock = System::nanoTime;

    synchronized long counted() {
        lock.lock();
        try {
            Logger.getGlobal().info("counted");
            System.out.println(Linker.nativeLinker());
            return clock.getAsLong() + startMillis + counter++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        System.exit(1);
    }
}
