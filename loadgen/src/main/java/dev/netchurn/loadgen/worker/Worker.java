package dev.netchurn.loadgen.worker;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.linux.DescriptorLimit;
import dev.netchurn.linux.NetlinkException;
import dev.netchurn.linux.Processors;
import dev.netchurn.linux.ThisProcess;
import dev.netchurn.loadgen.namespace.NamespaceSetUp;
import dev.netchurn.loadgen.namespace.SysctlRefused;
import dev.netchurn.loadgen.namespace.Sysctls;
import dev.netchurn.server.ListenException;
import dev.netchurn.transport.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A child process of a run: reads commands, becomes the load or the target, reports. It ends when it is told to, or when
 * its standard input does, which is what happens when the controller is no more.
 */
public final class Worker {

    private static final long FLUSH_AT_MOST_MS = 2_000;

    private final SystemClock clock = new SystemClock();
    private final Sysctls sysctls = new Sysctls();
    /** Keys that the user set; their values belong into the result as well. */
    private final Set<String> asked = new TreeSet<>();
    private final Wire wire = new Wire();
    private final BufferedReader commands;
    private final MessageWriter writer;
    private @Nullable Role role;
    private @Nullable Observer observer;

    /** The channels are this worker's alone: nothing else of the process may read or write them. */
    public Worker(InputStream in, OutputStream out) {
        commands = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        writer = new MessageWriter(wire, out);
    }

    /** Works until the end; returns the exit code. */
    public int run() {
        writer.send(new Message.Hello(Message.PROTOCOL, ProcessHandle.current().pid()));
        try {
            raiseDescriptorLimit();
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                if (!obey(wire.command(line))) {
                    writer.flush(FLUSH_AT_MOST_MS);
                    return 0;
                }
            }
            return 1;
        } catch (TargetUnreachable e) {
            return fail(String.valueOf(e.getMessage()), Message.Cause.UNREACHABLE);
        } catch (SysctlRefused | NetlinkException | ListenException | IllegalStateException e) {
            return fail(String.valueOf(e.getMessage()), Message.Cause.ENVIRONMENT);
        } catch (IOException | InterruptedException | RuntimeException e) {
            return fail(e.toString(), Message.Cause.INTERNAL);
        } finally {
            close();
        }
    }

    private Map<String, String> sysctlsForTheResult() {
        Map<String, String> values = sysctls.readRecorded();
        values.putAll(sysctls.readAll(asked));
        return values;
    }

    /** Returns false when that was the last command. */
    private boolean obey(Command command) throws SysctlRefused, InterruptedException {
        switch (command) {
            case Command.SetUpNamespace setUp -> writer.send(new Message.NamespaceReady(
                    new NamespaceSetUp(sysctls).apply(setUp.plan()), sysctls.readRecorded()));
            case Command.Serve serve -> become(target(serve.plan()), serve.observer(), serve.prewarmNs());
            case Command.Load load -> become(new LoadRole(load.plan(), clock), load.observer(), load.prewarmNs());
            case Command.SetSysctls set -> {
                for (Map.Entry<String, String> setting : new TreeMap<>(set.required()).entrySet()) {
                    sysctls.write(setting.getKey(), setting.getValue(), Set.of());
                }
                asked.addAll(set.required().keySet());
                writer.send(new Message.NamespaceReady(List.of(), sysctlsForTheResult()));
            }
            case Command.Listen listen -> {
                List<Endpoint> listening = required(role).listen(listen.targets());
                writer.send(new Message.Ready(sysctlsForTheResult(), ThisProcess.descriptorLimit().soft(), listening));
            }
            case Command.Baseline _ -> required(observer).baseline();
            case Command.Go go -> {
                required(role).start(go.startAtNs());
                required(observer).go(new Ticks(go.startAtNs(), go.warmupNs(), go.intervalNs()), Processors.of(go.othersOn()));
            }
            case Command.MatchAccepts match -> required(observer).matchAccepts(match);
            case Command.Walk _ -> required(observer).walk();
            case Command.StopArrivals _ -> required(observer).stopArrivals();
            case Command.Finish _ -> {
                if (observer != null) {
                    observer.finish();
                    observer.awaitEnd();
                }
                return false;
            }
        }
        return true;
    }

    private Role target(TargetPlan plan) {
        return switch (plan) {
            case TargetPlan.Embedded embedded -> new TargetRole(embedded.server(), clock);
            case TargetPlan.Program program -> new ProgramRole(program, clock);
        };
    }

    private void become(Role chosen, Command.@Nullable ObserverPlan plan, long prewarmNs) {
        role = chosen;
        chosen.warmUp(Duration.ofNanos(prewarmNs));
        observer = new Observer(chosen, plan, writer, clock);
        writer.send(new Message.Warm());
    }

    private static void raiseDescriptorLimit() {
        DescriptorLimit limit = ThisProcess.descriptorLimit();
        ThisProcess.setDescriptorLimit(new DescriptorLimit(limit.hard(), limit.hard()));
    }

    private int fail(String sentence, Message.Cause cause) {
        writer.send(new Message.Failed(sentence, cause));
        writer.flush(FLUSH_AT_MOST_MS);
        return 1;
    }

    private void close() {
        if (observer != null) {
            observer.close();
        }
        if (role != null) {
            role.close();
        }
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("the controller sent a command before the plan");
        }
        return value;
    }
}
