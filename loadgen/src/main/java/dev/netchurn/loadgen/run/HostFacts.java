package dev.netchurn.loadgen.run;

import dev.netchurn.linux.DescriptorLimit;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.linux.ThisProcess;
import dev.netchurn.loadgen.namespace.Sysctls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What this machine is, as far as it decides how a run is planned and read.
 *
 * @param kernel release, as uname(2) says
 * @param cpus that this process may use
 * @param cpuModel as /proc/cpuinfo says
 * @param memoryBytes MemTotal
 * @param sysctls of the host that can be carried into a namespace
 * @param descriptors limits of this process
 * @param tickNs how long a tick of the kernel's clock lasts, 1 s / CONFIG_HZ
 * @param root whether network namespaces can be made without a user namespace
 */
public record HostFacts(
        String kernel, int cpus, String cpuModel, long memoryBytes, Map<String, String> sysctls, DescriptorLimit descriptors,
        long tickNs, boolean root) {

    public HostFacts {
        sysctls = Map.copyOf(sysctls);
    }

    /** Asks the machine. */
    public static HostFacts read() {
        try (Syscalls syscalls = new Syscalls()) {
            return new HostFacts(
                    line("/proc/sys/kernel/osrelease", "").strip(),
                    Runtime.getRuntime().availableProcessors(),
                    after(line("/proc/cpuinfo", "model name"), ":"),
                    Long.parseLong(line("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) * 1024,
                    new Sysctls().readCopyable(),
                    ThisProcess.descriptorLimit(),
                    ThisProcess.tickNs(),
                    syscalls.effectiveUser() == 0 && mayAdministerNetwork());
        }
    }

    /** Root inside a container often lacks CAP_SYS_ADMIN (bit 21), which unshare(2) asks for. */
    private static boolean mayAdministerNetwork() {
        String mask = after(line("/proc/self/status", "CapEff"), ":");
        return !mask.isEmpty() && (Long.parseUnsignedLong(mask, 16) >>> 21 & 1) == 1;
    }

    private static String line(String file, String start) {
        try {
            List<String> lines = Files.readAllLines(Path.of(file));
            return lines.stream().filter(text -> text.startsWith(start)).findFirst().orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private static String after(String text, String mark) {
        int at = text.indexOf(mark);
        return at < 0 ? "" : text.substring(at + mark.length()).strip();
    }
}
