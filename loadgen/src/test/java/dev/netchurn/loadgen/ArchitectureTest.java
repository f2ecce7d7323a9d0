package dev.netchurn.loadgen;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.ProcNet;
import dev.netchurn.kernel.SockDiag;
import dev.netchurn.loadgen.arrival.ForbiddenUtil;
import dev.netchurn.loadgen.arrival.cli.ForbiddenCommand;
import dev.netchurn.metrics.ForbiddenMeter;

/** Which package may know and do what. Each rule is a sentence, and each is shown to fail on a class that breaks it. */
class ArchitectureTest {

    private static final String LOADGEN = "dev.netchurn.loadgen..";
    private static final String[] CLI = {"dev.netchurn..cli.."};
    private static final String[] PRINTING = {"dev.netchurn.loadgen.cli..", "dev.netchurn.server.cli..",
        "dev.netchurn.loadgen.report.."};
    /** What runs once per connection, at hundreds of thousands of connections per second. */
    private static final String[] HOT = {"dev.netchurn.loadgen.arrival..", "dev.netchurn.loadgen.source..",
        "dev.netchurn.loadgen.pacing..", "dev.netchurn.loadgen.connection..", "dev.netchurn.loadgen.latency.."};

    private static final ArchRule NO_CYCLES = slices().matching("dev.netchurn.(**)").should().beFreeOfCycles();

    private static final ArchRule SERVER_KNOWS_NO_LOADGEN = noClasses().that().resideOutsideOfPackage(LOADGEN)
            .should().dependOnClassesThat().resideInAPackage(LOADGEN);

    private static final ArchRule NOBODY_KNOWS_THE_COMMAND_LINE = noClasses().that().resideOutsideOfPackages(CLI)
            .should().dependOnClassesThat(resideInAnyPackage(CLI).or(resideInAnyPackage("picocli..")));

    private static final ArchRule ARITHMETIC_KNOWS_NO_NETTY = noClasses().that()
            .resideInAnyPackage("dev.netchurn.loadgen.arrival..", "dev.netchurn.loadgen.source..",
                    "dev.netchurn.loadgen.latency..", "dev.netchurn.kernel..", "dev.netchurn.clock..")
            .should().dependOnClassesThat().resideInAPackage("io.netty..");

    private static final ArchRule ARRIVAL_STANDS_ALONE = noClasses().that()
            .resideInAPackage("dev.netchurn.loadgen.arrival..")
            .should().dependOnClassesThat(resideInAnyPackage("dev.netchurn..")
                    .and(DescribedPredicate.not(resideInAnyPackage("dev.netchurn.loadgen.arrival", "dev.netchurn.clock"))));

    private static final ArchRule ONLY_CLOCK_READS_THE_TIME = noClasses().that()
            .resideOutsideOfPackage("dev.netchurn.clock..")
            .should().accessTargetWhere(target("the time of day or of the machine", ArchitectureTest::readsTheTime));

    private static final ArchRule ONLY_LINUX_CALLS_LIBC = noClasses().that().resideOutsideOfPackage("dev.netchurn.linux..")
            .should().dependOnClassesThat().belongToAnyOf(Linker.class, SymbolLookup.class);

    private static final ArchRule ONLY_CLI_AND_REPORT_PRINT = noClasses().that().resideOutsideOfPackages(PRINTING)
            .should().accessTargetWhere(target("the standard streams", ArchitectureTest::prints));

    private static final ArchRule ONLY_CLI_EXITS = noClasses().that().resideOutsideOfPackages(CLI)
            .should().accessTargetWhere(target("the end of the process", ArchitectureTest::exits));

    /** A scrape shows what is known; it walks no socket table, whatever its size. */
    private static final ArchRule METRICS_ASK_NO_KERNEL = noClasses().that().resideInAPackage("dev.netchurn.metrics..")
            .should().dependOnClassesThat(resideInAnyPackage("dev.netchurn.linux..").or(equivalentTo(KernelObserver.class))
                    .or(equivalentTo(SockDiag.class)).or(equivalentTo(ProcNet.class)));

    private static final ArchRule STATIC_FIELDS_ARE_FINAL = fields().that().areStatic().should().beFinal();

    private static final ArchRule TIMES_END_IN_NS = fields().that().haveRawType(long.class)
            .should().haveNameNotMatching(".*(Nanos|Micros|Millis|Seconds|Time|Ms|Us)");

    private static final ArchRule NO_GRAB_BAGS = noClasses()
            .should().haveNameMatching(".*\\.[^.]*(Util(?!iz)|Helper|Manager|Common)[^.]*");

    private static final ArchRule HOT_PATH_DOES_NOT_LOG = noClasses().that().resideInAnyPackage(HOT)
            .should().dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "org.slf4j..", "io.netty.util.internal.logging..");

    private static final ArchRule HOT_PATH_USES_NO_LOCKS = noClasses().that().resideInAnyPackage(HOT)
            .should().dependOnClassesThat(resideInAnyPackage("java.util.concurrent.locks..")
                    .and(not(equivalentTo(LockSupport.class))));

    private static final ArchRule HOT_PATH_IS_NOT_SYNCHRONIZED = methods().that()
            .areDeclaredInClassesThat().resideInAnyPackage(HOT).should().notHaveModifier(JavaModifier.SYNCHRONIZED);

    private static final JavaClasses MAIN_CLASSES = new ClassFileImporter()
            .withImportOption(ArchitectureTest::isMain)
            .importPackages("dev.netchurn");

    @Test
    void packagesFormNoCycle() {
        NO_CYCLES.check(MAIN_CLASSES);
    }

    @Test
    void serverKnowsNothingOfTheLoadGenerator() {
        SERVER_KNOWS_NO_LOADGEN.check(MAIN_CLASSES);
    }

    @Test
    void onlyCommandPackagesKnowTheCommandLine() {
        NOBODY_KNOWS_THE_COMMAND_LINE.check(MAIN_CLASSES);
    }

    @Test
    void schedulesAddressesLatenciesAndKernelValuesKnowNoNetty() {
        ARITHMETIC_KNOWS_NO_NETTY.check(MAIN_CLASSES);
    }

    @Test
    void arrivalIsArithmeticThatKnowsNoOtherPackage() {
        ARRIVAL_STANDS_ALONE.check(MAIN_CLASSES);
    }

    @Test
    void onlyTheClockPackageReadsTheTime() {
        ONLY_CLOCK_READS_THE_TIME.check(MAIN_CLASSES);
    }

    @Test
    void onlyTheLinuxPackageLinksLibc() {
        ONLY_LINUX_CALLS_LIBC.check(MAIN_CLASSES);
    }

    @Test
    void aScrapeAsksNoKernel() {
        METRICS_ASK_NO_KERNEL.check(MAIN_CLASSES);
    }

    @Test
    void onlyCommandsAndReportsPrint() {
        ONLY_CLI_AND_REPORT_PRINT.check(MAIN_CLASSES);
    }

    @Test
    void onlyCommandsEndTheProcess() {
        ONLY_CLI_EXITS.check(MAIN_CLASSES);
    }

    @Test
    void noStaticFieldCanBeReassigned() {
        STATIC_FIELDS_ARE_FINAL.check(MAIN_CLASSES);
    }

    @Test
    void everyLongThatIsATimeEndsInNs() {
        TIMES_END_IN_NS.check(MAIN_CLASSES);
    }

    @Test
    void noClassIsAGrabBag() {
        NO_GRAB_BAGS.check(MAIN_CLASSES);
    }

    @Test
    void theHotPathDoesNotLog() {
        HOT_PATH_DOES_NOT_LOG.check(MAIN_CLASSES);
    }

    @Test
    void theHotPathUsesNoLocks() {
        HOT_PATH_USES_NO_LOCKS.check(MAIN_CLASSES);
    }

    @Test
    void theHotPathHasNoSynchronizedMethod() {
        HOT_PATH_IS_NOT_SYNCHRONIZED.check(MAIN_CLASSES);
    }

    @Test
    void everyPackageSaysThatItsReferencesAreNotNull() {
        assertThat(MAIN_CLASSES.stream().map(JavaClass::getPackage).distinct())
                .isNotEmpty()
                .allSatisfy(its -> assertThat(its.isAnnotatedWith(NullMarked.class)).as(its.getName()).isTrue());
    }

    @Test
    void bothModulesAreChecked() {
        assertThat(MAIN_CLASSES.contain("dev.netchurn.clock.NanoClock")).isTrue();
        assertThat(MAIN_CLASSES.contain("dev.netchurn.loadgen.arrival.ArrivalPlan")).isTrue();
    }

    @ParameterizedTest
    @MethodSource("rulesThatAClassCanBreak")
    void aClassThatBreaksARuleIsFound(ArchRule rule) {
        JavaClasses offenders = new ClassFileImporter().importClasses(ForbiddenUtil.class, ForbiddenCommand.class,
                ForbiddenMeter.class);

        assertThat(rule.evaluate(offenders).hasViolation()).isTrue();
    }

    private static Stream<ArchRule> rulesThatAClassCanBreak() {
        return Stream.of(NO_CYCLES, NOBODY_KNOWS_THE_COMMAND_LINE, ARITHMETIC_KNOWS_NO_NETTY, ARRIVAL_STANDS_ALONE,
                ONLY_CLOCK_READS_THE_TIME, ONLY_LINUX_CALLS_LIBC, ONLY_CLI_AND_REPORT_PRINT, ONLY_CLI_EXITS,
                METRICS_ASK_NO_KERNEL,
                STATIC_FIELDS_ARE_FINAL, TIMES_END_IN_NS, NO_GRAB_BAGS, HOT_PATH_DOES_NOT_LOG, HOT_PATH_USES_NO_LOCKS,
                HOT_PATH_IS_NOT_SYNCHRONIZED);
    }

    /** During {@code mvn test} classes come from folders, after packaging from jars. */
    private static boolean isMain(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }

    /** A method reference is an access but not a call, so these are access rules. */
    private static DescribedPredicate<JavaAccess<?>> target(String what, Predicate<AccessTarget> condition) {
        return describe("target is " + what, access -> condition.test(access.getTarget()));
    }

    private static boolean readsTheTime(AccessTarget target) {
        JavaClass owner = target.getOwner();
        if (owner.isEquivalentTo(System.class)) {
            return Set.of("nanoTime", "currentTimeMillis").contains(target.getName());
        }
        if (owner.isEquivalentTo(Clock.class)) {
            return target.getName().startsWith("system") || target.getName().startsWith("tick");
        }
        if (owner.isEquivalentTo(Date.class)) {
            return target.getFullName().endsWith("<init>()");
        }
        return target.getName().equals("now") && Stream
                .of(Instant.class, LocalDate.class, LocalDateTime.class, OffsetDateTime.class, ZonedDateTime.class)
                .anyMatch(owner::isEquivalentTo);
    }

    private static boolean prints(AccessTarget target) {
        return target.getOwner().isEquivalentTo(System.class) && Set.of("out", "err").contains(target.getName())
                || target.getFullName().endsWith(".printStackTrace()");
    }

    private static boolean exits(AccessTarget target) {
        return target.getOwner().isEquivalentTo(System.class) && target.getName().equals("exit")
                || target.getOwner().isEquivalentTo(Runtime.class) && Set.of("exit", "halt").contains(target.getName());
    }
}
