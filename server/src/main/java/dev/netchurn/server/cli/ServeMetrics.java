package dev.netchurn.server.cli;

import dev.netchurn.metrics.MetricsSnapshot;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.server.ServerPlan;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A target's books, and what the kernel says about its ports, as metrics. Called by the endpoint's threads. */
final class ServeMetrics implements Supplier<MetricsSnapshot> {

    private static final String SERVER = "server";

    private final ServerPlan plan;
    private final ChurnServer server;
    private final Supplier<@Nullable KernelView> kernel;

    /** @param kernel the latest reading of the kernel; null when there is none */
    ServeMetrics(ServerPlan plan, ChurnServer server, Supplier<@Nullable KernelView> kernel) {
        this.plan = plan;
        this.server = server;
        this.kernel = kernel;
    }

    @Override
    public MetricsSnapshot get() {
        ServerBooks books = server.books();
        MetricsSnapshot.Builder snapshot = MetricsSnapshot.builder()
                .connections("established", books.accepted())
                .closes("closed_after_client", books.closedAfterClient())
                .closes("closed_first", books.closedFirst())
                .closes("reset_by_client", books.resetByClient())
                .inFlight(books.open())
                .workerCpuNs(SERVER, LongStream.of(server.loopCpuNs()).sum())
                .runInfo("command", "serve")
                .runInfo("server_close", plan.close().text())
                .runInfo("exchange", plan.exchange().text())
                .valid("loop_errors", books.loopErrors() == 0)
                .valid("accept_errors", books.acceptErrors() == 0)
                .valid("accept_pauses", books.acceptPauses() == 0);
        KernelView reading = kernel.get();
        if (reading != null) {
            KernelSeries.add(snapshot, reading);
        }
        return snapshot.build();
    }
}
