package dev.netchurn.server.cli;

import dev.netchurn.metrics.MetricsSnapshot;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.server.ServerPlan;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** A target's books as metrics. Called by the endpoint's threads. */
final class ServeMetrics implements Supplier<MetricsSnapshot> {

    private static final String SERVER = "server";

    private final ServerPlan plan;
    private final ChurnServer server;

    ServeMetrics(ServerPlan plan, ChurnServer server) {
        this.plan = plan;
        this.server = server;
    }

    @Override
    public MetricsSnapshot get() {
        ServerBooks books = server.books();
        return MetricsSnapshot.builder()
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
                .valid("accept_pauses", books.acceptPauses() == 0)
                .build();
    }
}
