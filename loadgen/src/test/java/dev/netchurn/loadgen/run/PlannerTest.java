package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RequestFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.namespace.BaseSysctls;
import dev.netchurn.loadgen.namespace.NamespacePlan;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.server.ServerClose;
import dev.netchurn.transport.Endpoint;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Also of what the planner relies on: addresses, the forecast of ports, preflight. */
@Timeout(30)
class PlannerTest {

    private static final String RESERVED = "net.ipv4.ip_local_reserved_ports";
    private static final String RANGE = "net.ipv4.ip_local_port_range";

    private final RequestFixture request = RequestFixture.closedLoop();

    @Test
    void joinsTwoNamespacesByDefault() {
        RunPlan plan = request.plan();
        assertThat(plan.server()).isNotNull();
        assertThat(plan.clientNamespace()).isNotNull();
        assertThat(plan.serverNamespace()).isNotNull();
        assertThat(plan.clientNamespace().addresses()).extracting(NamespacePlan.LinkAddress::link)
                .containsExactly(AddressPlan.CLIENT_LINK);
        assertThat(plan.serverNamespace().addresses()).hasSameSizeAs(plan.load().targets());
        assertThat(plan.server().listen()).isEqualTo(plan.load().targets());
        assertThat(plan.targetPorts()).containsExactly(AddressPlan.TARGET_PORT);
    }

    @Test
    void offersAServerProgramOnePortAtEveryAddress() {
        RunPlan plan = request.starting("nginx", 20_000).plan();
        assertThat(plan.server()).isNull();
        assertThat(plan.program().endpoints()).isEqualTo(plan.load().targets()).hasSizeGreaterThan(1)
                .allMatch(endpoint -> endpoint.port() == 20_000);
        assertThat(plan.targetPorts()).containsExactly(20_000);
        assertThat(plan.clientNamespace().required()).containsEntry(RESERVED, "20000");

        RunPlan loopback = request.at(Topology.LOOPBACK).plan();
        assertThat(loopback.load().targets().getFirst().text()).isEqualTo("127.0.0.1:20000");
        request.family = 6;
        assertThat(request.plan().load().targets()).extracting(Endpoint::text).containsExactly("[0:0:0:0:0:0:0:1]:20000");
    }

    @Test
    void sharesOneNamespaceOnLoopback() {
        RunPlan plan = request.at(Topology.LOOPBACK).plan();
        assertThat(plan.clientNamespace()).isNotNull();
        assertThat(plan.serverNamespace()).isNull();
        assertThat(plan.load().targets()).allMatch(target -> target.address().isLoopbackAddress());
    }

    @Test
    void makesNoNamespaceOnTheHostsNetwork() {
        RunPlan plan = request.at(Topology.HOST).plan();
        assertThat(plan.clientNamespace()).isNull();
        assertThat(plan.serverNamespace()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void laysOutDistinctAddressesOfTheFamily(int family) {
        for (Topology topology : Topology.values()) {
            AddressPlan layout = AddressPlan.of(topology, family, AddressPlan.MOST_TARGET_ADDRESSES, List.of());
            assertThat(layout.targets()).doesNotHaveDuplicates().hasSize(AddressPlan.MOST_TARGET_ADDRESSES)
                    .allMatch(target -> target.isIpv6() == (family == 6));
            layout.clientLinks().forEach(
                    link -> assertThat(layout.targets()).extracting(Endpoint::address).doesNotContain(link.address()));
        }
    }

    @Test
    void listensOnAsManyAddressesAsTheTimeWaitNeeds() {
        // 27 768 ports per address, of which connect() finds half quickly.
        assertThat(needed(1_000, true)).isEqualTo(1);
        assertThat(needed(5_000, true)).isEqualTo(5);
        assertThat(needed(1_000_000, true)).isEqualTo(AddressPlan.MOST_TARGET_ADDRESSES);
        assertThat(needed(1_000_000, false)).isEqualTo(1);
    }

    @Test
    void listensOnAsManyAddressesAsTheUserSays() {
        request.addresses = 3;
        assertThat(request.plan().load().targets()).hasSize(3);
    }

    @Test
    void reservesTheTargetsPortWhereConnectionsMightLeaveFromIt() {
        request.with("net.ipv4.ip_local_port_range=1024 65535");
        assertThat(client(request.plan()).required()).containsEntry(RESERVED, "9000");
        assertThat(server(request.plan()).required()).doesNotContainKey(RESERVED);
    }

    @Test
    void reservesNothingOutsideOfTheRange() {
        assertThat(client(request.plan()).required()).doesNotContainKey(RESERVED);
    }

    @Test
    void keepsWhatTheHostOrTheUserReserved() throws RunRefused {
        request.base = BaseSysctls.HOST;
        Planner planner = new Planner(RequestFixture.host(Map.of(RANGE, "1024 65535", RESERVED, "8080")));
        assertThat(client(planner.plan(request.build())).required()).containsEntry(RESERVED, "8080,9000");
        request.with(RESERVED + "=9001");
        assertThat(client(planner.plan(request.build())).required()).containsEntry(RESERVED, "9000-9001");
    }

    @Test
    void reservesEveryPortOfIpv6Loopback() {
        request.at(Topology.LOOPBACK).with(RANGE + "=1024 65535");
        request.family = 6;
        request.addresses = 3;
        assertThat(client(request.plan()).required()).containsEntry(RESERVED, "9000-9002");
    }

    @Test
    void looksForSelfConnectionsOnlyWhereTheyCanHappen() {
        assertThat(request.plan().load().connection().checkSelfConnect()).isFalse();
        assertThat(RequestFixture.closedLoop().against("127.0.0.1:40000").plan().load().connection().checkSelfConnect())
                .isTrue();
        assertThat(RequestFixture.closedLoop().against("127.0.0.1:80").plan().load().connection().checkSelfConnect()).isFalse();
    }

    @Test
    void leavesFromSeveralAddressesTowardsOneLoopbackTarget() {
        SourcePlan source = RequestFixture.closedLoop().against("127.0.0.1:80").plan().load().source();
        assertThat(source.addresses()).hasSize(4).allMatch(InetAddress::isLoopbackAddress);
        assertThat(source.bind()).isEqualTo(SourcePlan.Bind.LATE);
    }

    @Test
    void leavesTheAddressToTheKernelWhereOneIsEnough() {
        assertThat(RequestFixture.openLoop(5_000).against("127.0.0.1:80").plan().load().source().bind())
                .isEqualTo(SourcePlan.Bind.NONE);
        RequestFixture resets = RequestFixture.closedLoop().against("127.0.0.1:80");
        resets.close = new ClientClose.Rst();
        assertThat(resets.plan().load().source().addresses()).isEmpty();
        assertThat(RequestFixture.closedLoop().against("10.0.0.1:80").plan().load().source().addresses()).isEmpty();
    }

    @Test
    void bindsLateWithSourceAddressesUnlessToldOtherwise() {
        RequestFixture given = RequestFixture.closedLoop().against("127.0.0.1:80").from("127.0.0.2");
        assertThat(given.plan().load().source().bind()).isEqualTo(SourcePlan.Bind.LATE);
        given.bind = SourcePlan.Bind.EARLY;
        assertThat(given.plan().load().source().bind()).isEqualTo(SourcePlan.Bind.EARLY);
    }

    @Test
    void bindsToAnyAddressWhenOnlyTheTimeOfTheBindIsGiven() {
        RequestFixture given = RequestFixture.closedLoop().against("10.0.0.1:80");
        given.bind = SourcePlan.Bind.EARLY;
        assertThat(given.plan().load().source().addresses()).containsExactly(InetAddress.ofLiteral("0.0.0.0"));
        given.against("[fd00::1]:80");
        assertThat(given.plan().load().source().addresses()).containsExactly(InetAddress.ofLiteral("::"));
    }

    @Test
    void refusesSourcesOfAnotherFamilyThanTheTarget() {
        RequestFixture mixed = RequestFixture.closedLoop().against("10.0.0.1:80").from("fd00::2");
        assertThatThrownBy(() -> new Planner(RequestFixture.host(Map.of())).plan(mixed.build()))
                .isInstanceOf(RunRefused.class).hasMessageContaining("another address family");
    }

    @Test
    void saysWhichSysctlsPrivateNamespacesHave() {
        for (BaseSysctls base : BaseSysctls.values()) {
            request.base = base;
            assertThat(request.plan().notes()).anyMatch(note -> note.contains("sysctls"));
        }
        assertThat(RequestFixture.closedLoop().against("10.0.0.1:80").plan().notes()).isEmpty();
    }

    @Test
    void setsSysctlsOnTheSideTheyAreMeantFor() {
        request.with("client:tcp_tw_reuse=1", "server:tcp_fin_timeout=5", "somaxconn=7");
        assertThat(client(request.plan()).required())
                .isEqualTo(Map.of("net.ipv4.tcp_tw_reuse", "1", "net.core.somaxconn", "7"));
        assertThat(server(request.plan()).required())
                .isEqualTo(Map.of("net.ipv4.tcp_fin_timeout", "5", "net.core.somaxconn", "7"));
    }

    @Test
    void forecastsNoEndOfPortsForAClosedLoopWhoseRateNobodyKnows() {
        assertThat(request.plan().forecast().isKnown()).isFalse();
        assertThat(request.plan().forecast().objection()).isEmpty();
    }

    @Test
    void objectsWhenThePortsOfAKnownLoadRunOut() {
        RequestFixture fast = lastingOneTarget(5_000);
        RunPlan plan = fast.plan();
        assertThat(plan.forecast().budget().fourTuples()).isEqualTo(28_232);
        assertThat(plan.forecast().objection()).hasValueSatisfying(
                objection -> assertThat(objection).contains("5.6 s", "28 232 four-tuples", "--allow no_local_port"));
        assertThat(Preflight.objections(plan, RequestFixture.host(Map.of()))).hasSize(1);
        fast.allowed = Set.of("no_local_port");
        assertThat(Preflight.objections(fast.plan(), RequestFixture.host(Map.of()))).isEmpty();
    }

    @Test
    void tellsWhatWillHappenToPortsAndTimeWaitAndWhen() {
        assertThat(lastingOneTarget(1_000).plan().forecast().lines()).contains(
                "a closed connection holds one for 61.0 s: 463 connections/s can go on for ever",
                "at 1 000 connections/s connect() gets slow after 14.1 s, when the 14 116 with a port of the parity that it tries"
                        + " first are used up",
                "at 1 000 connections/s no port is free after 28.2 s");
        assertThat(lastingOneTarget(400).plan().forecast().lines())
                .contains("at 400 connections/s ports do not run out within this run")
                .anySatisfy(line -> assertThat(line).startsWith(
                        "expected TIME_WAIT at the client: 4 000 after 10 s, 12 000 after 30 s, 24 000 after 60 s"));
        RequestFixture buckets = lastingOneTarget(400).with("client:tcp_max_tw_buckets=2000");
        assertThat(buckets.plan().forecast().lines()).anySatisfy(
                line -> assertThat(line).startsWith("at 400 connections/s tcp_max_tw_buckets is reached after 5.0 s"));
    }

    @Test
    void aServerThatClosesFirstLeavesTheClientsPortsFree() {
        RequestFixture serverFirst = lastingOneTarget(5_000);
        serverFirst.close = new ClientClose.Peer();
        serverFirst.serverClose = new ServerClose.First();
        assertThat(serverFirst.plan().forecast().objection()).isEmpty();
        assertThat(serverFirst.plan().forecast().lines())
                .contains("the server closes first and holds TIME_WAIT, so the client's ports are free again at once");
    }

    @Test
    void objectsToNothingThatLeavesNoTimeWaitOrEndsBefore() {
        RequestFixture resets = lastingOneTarget(5_000);
        resets.close = new ClientClose.Rst();
        assertThat(resets.plan().forecast().objection()).isEmpty();
        RequestFixture resetByServer = RequestFixture.openLoop(5_000);
        resetByServer.serverClose = new ServerClose.Rst();
        assertThat(resetByServer.plan().forecast().leavesTimeWait()).isFalse();
        assertThat(lastingOneTarget(400).plan().forecast().objection()).isEmpty();
        RequestFixture few = lastingOneTarget(5_000);
        few.connections = 1_000;
        few.warmupNs = 0;
        assertThat(few.plan().forecast().objection()).isEmpty();
    }

    @Test
    void forecastsWithTheBoundsOfAPortRangeThatTheKernelHeeds() {
        RequestFixture narrow = RequestFixture.closedLoop().against("10.0.0.1:80");
        assertThat(ports(narrow, 40_000, 40_009)).isEqualTo(10);
        assertThat(ports(narrow, 20_000, 40_000)).as("a lower bound outside is ignored").isEqualTo(40_000 - 32_768 + 1);
        assertThat(ports(narrow, 60_990, 65_000)).as("an upper bound outside is ignored").isEqualTo(10);
        assertThat(ports(narrow, 20_000, 20_009)).as("both").isEqualTo(28_232);
    }

    @Test
    void refusesMoreConnectionsThanDescriptors() {
        RequestFixture wide = RequestFixture.closedLoop();
        wide.arrival = new ArrivalPlan.ClosedLoop(100_000);
        assertThat(Preflight.objections(wide.plan(), RequestFixture.host(Map.of()))).singleElement().asString()
                .contains("100000 connections", "65536 descriptors", "--concurrency");
        RequestFixture open = RequestFixture.openLoop(100);
        open.maxInFlight = 65_536;
        assertThat(Preflight.objections(open.plan(), RequestFixture.host(Map.of()))).singleElement().asString()
                .contains("--max-in-flight");
        open.allowed = Set.of("no_descriptor");
        assertThat(Preflight.objections(open.plan(), RequestFixture.host(Map.of()))).isEmpty();
    }

    @Test
    void refusesAClosedLoopThatOpensWithoutEnd() {
        request.close = new ClientClose.Never();
        assertThat(Preflight.objections(request.plan(), RequestFixture.host(Map.of()))).singleElement().asString()
                .contains("--connections N or --rate R");
        request.connections = 1_000;
        request.warmupNs = 0;
        assertThat(Preflight.objections(request.plan(), RequestFixture.host(Map.of()))).isEmpty();
    }

    @Test
    void countsTheConnectionsThatStayOpenAgainstTheDescriptors() {
        RequestFixture leaking = RequestFixture.openLoop(10_000);
        leaking.close = new ClientClose.Never();
        assertThat(Preflight.objections(leaking.plan(), RequestFixture.host(Map.of())))
                .anyMatch(objection -> objection.contains("110000"));
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void hasAdviceForEveryOutcome(Outcome outcome) {
        assertThat(FailureAdvice.of(outcome)).isNotBlank().doesNotEndWith(".");
    }

    @ParameterizedTest
    @EnumSource(CloseOutcome.class)
    void hasAdviceForEveryCloseOutcome(CloseOutcome outcome) {
        assertThat(FailureAdvice.of(outcome)).isNotBlank().doesNotEndWith(".");
    }

    @Test
    void readsTheCpuLineOfProcStat() {
        MachineCpu earlier = MachineCpu.parse("cpu  100 20 30 400 5 6 7 8 90 10");
        assertThat(earlier).isEqualTo(new MachineCpu(576, 8));
        assertThat(new MachineCpu(676, 18).stealShareSince(earlier)).isEqualTo(0.1);
        assertThat(earlier.stealShareSince(earlier)).isZero();
        assertThat(MachineCpu.parse("cpu  1 2 3 4 5 6 7")).as("before Linux 2.6.11").isEqualTo(new MachineCpu(28, 0));
    }

    private static RequestFixture lastingOneTarget(double perSecond) {
        RequestFixture load = RequestFixture.openLoop(perSecond);
        load.base = BaseSysctls.KERNEL;
        load.addresses = 1;
        load.measureNs = 60 * SECOND;
        return load;
    }

    private static int ports(RequestFixture fixture, int low, int high) {
        fixture.lowPort = low;
        fixture.highPort = high;
        return fixture.plan().forecast().budget().ports();
    }

    private static int needed(double perSecond, boolean leavesTimeWait) {
        RequestFixture load = RequestFixture.openLoop(perSecond);
        load.maxInFlight = 1_000;
        return AddressPlan.addressesNeeded(load.load(), leavesTimeWait, 27_768);
    }

    private static NamespacePlan client(RunPlan plan) {
        assertThat(plan.clientNamespace()).as(Side.CLIENT.text()).isNotNull();
        return plan.clientNamespace();
    }

    private static NamespacePlan server(RunPlan plan) {
        assertThat(plan.serverNamespace()).as(Side.SERVER.text()).isNotNull();
        return plan.serverNamespace();
    }
}
