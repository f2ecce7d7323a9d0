package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.transport.Engine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jol.vm.VM;
import org.openjdk.jol.vm.VirtualMachine;

/**
 * Two event loops of a lean engine have no object of ours in common that anybody writes, and of the thousands of cache lines
 * on which the one has something that can be written the other has something on next to none. The test walks the objects of
 * both while they work, and JOL tells where they lie. Loops in their steady state make no garbage, so nothing is moved later.
 */
@Timeout(60)
class LoopsShareNothingIT {

    static {
        // JOL would attach an agent to this JVM to learn sizes that it can also compute.
        System.setProperty("jol.skipDynamicAttach", "true");
    }

    private static final int CACHE_LINE = 64;
    /**
     * The books of all loops are made by one thread, one after the other, so those of two loops meet where they border: the last
     * counts of a histogram, which stand for minutes, with the head of the next. How many do is up to the heap: 0 to 9 of
     * 35 000 lines were seen.
     */
    private static final double BORDER_LINES = 0.001;

    @ParameterizedTest
    @EnumSource(value = Engine.class, names = {"EPOLL", "IO_URING"})
    void nothingThatIsWrittenIsShared(Engine engine) throws Exception {
        // What tests before have left would otherwise be collected in the midst of this one, which moves objects.
        System.gc();
        SystemClock clock = new SystemClock();
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT);
                LoadEngine load = new LoadEngine(
                        TestPlan.against(target.endpoint()).engine(engine).loops(2).close(new ClientClose.Rst()).concurrency(8)
                                .times(0, 20_000).make(),
                        clock)) {
            load.start(clock.nanoTime());
            TimeUnit.MILLISECONDS.sleep(500);
            List<?> loops = (List<?>) ObjectGraph.value(LoadEngine.class.getDeclaredField("loops"), load);
            Set<Object> first = ObjectGraph.reachableFrom(loops.get(0));
            Set<Object> second = ObjectGraph.reachableFrom(loops.get(1));

            assertThat(first).as("the walk reaches the hot objects").hasSizeGreaterThan(150);
            assertThat(writableNames(first, second)).allMatch(LoopsShareNothingIT::isOfTheRuntime);
            Map<Long, String> own = lines(first, second);
            Map<Long, String> common = lines(second, first);
            common.keySet().retainAll(own.keySet());
            common.replaceAll((line, name) -> own.get(line) + " and " + name);
            assertThat(own).hasSizeGreaterThan(1000);
            assertThat((double) common.size() / own.size()).as("of the cache lines, those in common: " + common)
                    .isLessThan(BORDER_LINES);
        }
    }

    /** Netty's process-wide executor and its like hang on every loop, and no connection of a lean engine touches them. */
    private static boolean isOfTheRuntime(String className) {
        return className.startsWith("io.netty.") || className.startsWith("java.") || className.startsWith("[Lio.netty.");
    }

    /** The classes of what both reach and can be written. */
    private static Set<String> writableNames(Set<Object> first, Set<Object> second) {
        Set<String> names = new TreeSet<>();
        first.stream().filter(second::contains).filter(ObjectGraph::isWritable)
                .forEach(object -> names.add(object.getClass().getName()));
        return names;
    }

    /** The lines on which a loop, but not the other, has something that can be written, with what it is. */
    private static Map<Long, String> lines(Set<Object> own, Set<Object> others) {
        Map<Long, String> lines = new HashMap<>();
        VirtualMachine vm = VM.current();
        for (Object object : own) {
            String name = object.getClass().getName();
            // The wrapper of a buffer is not written; the buffer itself is off the heap, in pages of its own.
            if (others.contains(object) || !ObjectGraph.isWritable(object) || name.equals("java.nio.DirectByteBuffer")) {
                continue;
            }
            long address = vm.addressOf(object);
            for (long line = address / CACHE_LINE; line <= (address + vm.sizeOf(object) - 1) / CACHE_LINE; line++) {
                lines.put(line, name);
            }
        }
        return lines;
    }
}
