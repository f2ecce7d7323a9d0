package dev.netchurn.privatenet;

import dev.netchurn.linux.RouteNetlink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.jspecify.annotations.Nullable;

/** The child JVM: already inside its namespace, runs one test, writes its {@link ChildReport} and halts. */
final class NamespaceChild {

    static final String PROPERTY = "netchurn.test.inPrivateNamespace";

    private NamespaceChild() {
    }

    static boolean isThisJvm() {
        return Boolean.getBoolean(PROPERTY);
    }

    /** Arguments: the test's unique id and the file for the report. */
    public static void main(String[] arguments) throws IOException {
        haltWhenParentIsGone();
        ChildReport report;
        try (RouteNetlink links = new RouteNetlink()) {
            links.setUp("lo");
            report = runTest(arguments[0]);
        } catch (RuntimeException | Error e) {
            report = ChildReport.failed(e);
        }
        report.write(Path.of(arguments[1]));
        // Threads that a test left behind must not keep the namespace alive.
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void haltWhenParentIsGone() {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // The parent writes nothing; only its end matters.
                }
            } catch (IOException e) {
                // The same as an end.
            }
            Runtime.getRuntime().halt(3);
        });
    }

    private static ChildReport runTest(String uniqueId) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectUniqueId(uniqueId))
                .build();
        Verdict verdict = new Verdict();
        LauncherFactory.create().execute(request, verdict);
        return verdict.report();
    }

    /** Remembers the first failure, of the test or of a container around it. */
    private static final class Verdict implements TestExecutionListener {
        private @Nullable ChildReport unhappy;
        private int testsRun;

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            keep(ChildReport.aborted(reason));
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Optional<Throwable> thrown = result.getThrowable();
            switch (result.getStatus()) {
                case SUCCESSFUL -> testsRun += test.isTest() ? 1 : 0;
                case ABORTED -> keep(ChildReport.aborted(thrown.map(Throwable::getMessage).orElse("aborted")));
                case FAILED -> keep(thrown.map(ChildReport::failed).orElse(ChildReport.failed("failed")));
            }
        }

        private void keep(ChildReport report) {
            if (unhappy == null || unhappy.ending() != ChildReport.Ending.FAILED) {
                unhappy = report;
            }
        }

        ChildReport report() {
            if (unhappy != null) {
                return unhappy;
            }
            return testsRun == 1
                    ? ChildReport.passed()
                    : ChildReport.failed("the child ran " + testsRun + " tests instead of one");
        }
    }
}
