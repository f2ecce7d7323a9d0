package dev.netchurn.loadgen.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A clone that holds the real launcher and nothing else that is real: its JDKs and its Maven only write down how they were
 * called. The search path holds the launcher's tools, and neither a Java nor a Maven of this machine.
 */
final class LauncherSandbox {

    private static final List<String> TOOLS = List.of("cat", "cut", "dirname", "find", "flock", "getent", "grep", "head", "id",
            "mkdir", "mount", "readlink", "sed", "sh", "sleep", "unshare");
    private static final FileTime TIME_OF_SOURCES = FileTime.fromMillis(1_000_000_000_000L);
    private static final FileTime TIME_OF_JAR = FileTime.fromMillis(1_100_000_000_000L);

    final Path folder;
    final Path clone;
    final Path jdks;
    final Map<String, String> environment = new HashMap<>();

    LauncherSandbox(Path folder) throws IOException {
        this.folder = folder;
        clone = folder.resolve("a clone");
        jdks = folder.resolve("jdks");
        for (String file : List.of("pom.xml", "server/pom.xml", "server/src/main/java/Source.java", "loadgen/pom.xml",
                "loadgen/src/main/java/Source.java")) {
            write(clone.resolve(file), "");
        }
        script(clone.resolve("netchurn"), Files.readString(Path.of(System.getProperty("netchurn.home"), "netchurn")));
        age(TIME_OF_SOURCES);
        installTools();
        makeJdk(jdks.resolve("jdk-25"), "25.0.1");
        environment.put("PATH", folder + "/bin:" + folder + "/tools");
        environment.put("NETCHURN_JDK_DIRS", jdks.toString());
        environment.put("TMPDIR", folder.toString());
    }

    /** Leaves jars that are newer than every source, as a build does. */
    void makeJars() throws IOException {
        age(TIME_OF_SOURCES);
        Path jar = clone.resolve("loadgen/target/netchurn.jar");
        Files.createDirectories(clone.resolve("server/target"));
        Files.createDirectories(clone.resolve("loadgen/target/lib"));
        write(jar, "");
        Files.setLastModifiedTime(jar, TIME_OF_JAR);
    }

    void change(String source) throws IOException {
        write(clone.resolve(source), "changed");
    }

    /** A Maven that writes down its arguments, and the JDK it was given, and then does {@code action}. */
    void makeMaven(String action) throws IOException {
        script(folder.resolve("bin/mvn"), """
                #!/bin/sh
                echo "$*" "JAVA_HOME=$JAVA_HOME" >>'%s/mvn.calls'
                cd '%s'
                %s
                """.formatted(folder, clone, action));
    }

    void makeWorkingMaven() throws IOException {
        makeMaven("mkdir -p loadgen/target/lib; sleep 0.2; echo made >loadgen/target/netchurn.jar");
    }

    Path makeJdk(Path home, String version) throws IOException {
        write(home.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/javac"), "#!/bin/sh\n");
        script(home.resolve("bin/java"), """
                #!/bin/sh
                printf 'java %s' "$0"
                for argument; do printf ' [%s]' "$argument"; done
                echo
                exit "${FAKE_EXIT:-0}"
                """);
        return home;
    }

    List<String> mavenCalls() throws IOException {
        Path calls = folder.resolve("mvn.calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    Launch launch(String... arguments) throws IOException, InterruptedException {
        return start(command(clone.resolve("netchurn"), arguments)).await();
    }

    /** Launches while {@code readOnly} is mounted read-only, which stops root as well. */
    Launch launchWithReadOnly(Path readOnly) throws IOException, InterruptedException {
        return start(List.of("/bin/sh", "-c", """
                exec unshare --user --map-root-user --mount sh -c \
                    'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$2" run' sh "$1" "$2"
                """, "sh", readOnly.toString(), clone.resolve("netchurn").toString())).await();
    }

    Running start(List<String> command) throws IOException {
        Path stdout = Files.createTempFile(folder, "stdout", "");
        Path stderr = Files.createTempFile(folder, "stderr", "");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Running(builder.start(), stdout, stderr);
    }

    static List<String> command(Path launcher, String... arguments) {
        return Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments)).toList();
    }

    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    static void script(Path file, String text) throws IOException {
        write(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void age(FileTime time) throws IOException {
        try (Stream<Path> files = Files.walk(clone)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, time);
            }
        }
    }

    private void installTools() throws IOException {
        for (String tool : TOOLS) {
            Path program = Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin").map(where -> Path.of(where, tool))
                    .filter(Files::isExecutable).findFirst().orElseThrow(() -> new IOException("no " + tool));
            script(folder.resolve("tools").resolve(tool), "#!/bin/sh\nexec %s \"$@\"\n".formatted(program));
        }
    }

    /** A launcher that was started. */
    record Running(Process process, Path stdout, Path stderr) {

        Launch await() throws IOException, InterruptedException {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the launcher did not end");
            }
            return new Launch(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
        }
    }

    /** What a launcher did: {@code stdout} is one line of the fake Java when it came so far. */
    record Launch(int exit, String stdout, String stderr) {
    }
}
