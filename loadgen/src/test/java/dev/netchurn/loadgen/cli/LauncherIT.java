package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.netchurn.loadgen.cli.LauncherSandbox.Launch;
import dev.netchurn.loadgen.cli.LauncherSandbox.Running;

/** The script {@code ./netchurn}: which JDK it takes, when it builds, and what it says when it cannot. */
@Timeout(60)
class LauncherIT {

    @TempDir
    Path folder;

    private LauncherSandbox sandbox;

    @BeforeEach
    void makeSandbox() throws IOException {
        sandbox = new LauncherSandbox(folder);
    }

    @Test
    void buildsOnFirstUseAndThenBecomesTheJar() throws Exception {
        sandbox.makeWorkingMaven();

        Launch launch = sandbox.launch("run", "--name", "two words");

        assertThat(launch.exit()).isZero();
        assertThat(launch.stderr()).isEqualTo("netchurn: building (first use)…\n");
        assertThat(sandbox.mavenCalls()).singleElement().asString()
                .contains("-pl server,loadgen -DskipTests package", "JAVA_HOME=" + sandbox.jdks.resolve("jdk-25"));
        assertThat(launch.stdout())
                .startsWith("java " + sandbox.jdks + "/jdk-25/bin/java [--enable-native-access=ALL-UNNAMED]")
                .contains("[-Dnetchurn.home=" + sandbox.clone + "]")
                .endsWith("[-jar] [" + sandbox.clone + "/loadgen/target/netchurn.jar] [run] [--name] [two words]\n");
    }

    @Test
    void doesNotBuildWhileTheJarIsNewerThanTheSources() throws Exception {
        sandbox.makeJars();

        Launch launch = sandbox.launch("run");

        assertThat(launch.stdout()).startsWith("java");
        assertThat(launch.stderr()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "server/pom.xml", "server/src/main/java/Source.java",
        "server/src/main/resources/new.txt", "loadgen/src/main/java/Source.java"})
    void buildsAgainAfterAChange(String source) throws Exception {
        sandbox.makeJars();
        sandbox.makeWorkingMaven();
        sandbox.change(source);

        Launch launch = sandbox.launch("run");

        assertThat(launch.stderr()).isEqualTo("netchurn: building (the sources changed)…\n");
        assertThat(launch.stdout()).startsWith("java");
    }

    @Test
    void buildsAgainAfterASourceWasDeleted() throws Exception {
        sandbox.makeJars();
        sandbox.makeWorkingMaven();
        Files.delete(sandbox.clone.resolve("server/src/main/java/Source.java"));

        assertThat(sandbox.launch("run").stderr()).isEqualTo("netchurn: building (the sources changed)…\n");
    }

    @Test
    void buildsOnceWhenTwoShellsStartTogether() throws Exception {
        sandbox.makeWorkingMaven();
        Running first = sandbox.start(LauncherSandbox.command(sandbox.clone.resolve("netchurn"), "run"));

        Launch second = sandbox.launch("run");

        assertThat(List.of(first.await(), second)).allSatisfy(launch -> assertThat(launch.stdout()).startsWith("java"));
        assertThat(sandbox.mavenCalls()).hasSize(1);
    }

    @Test
    void worksThroughASymbolicLink() throws Exception {
        sandbox.makeJars();
        Path link = Files.createSymbolicLink(folder.resolve("link"), sandbox.clone.resolve("netchurn"));

        Launch launch = sandbox.start(LauncherSandbox.command(link, "--help")).await();

        assertThat(launch.stdout()).contains("[-Dnetchurn.home=" + sandbox.clone + "]").endsWith("[--help]\n");
    }

    @Test
    void passesTheExitCodeOn() throws Exception {
        sandbox.makeJars();
        sandbox.environment.put("FAKE_EXIT", "99");

        assertThat(sandbox.launch("run").exit()).isEqualTo(99);
    }

    @Test
    void passesOverAJdkInJavaHomeThatIsTooOld() throws Exception {
        sandbox.makeJars();
        sandbox.environment.put("JAVA_HOME", sandbox.makeJdk(folder.resolve("jdk-17"), "17.0.15").toString());

        assertThat(sandbox.launch("run").stdout()).startsWith("java " + sandbox.jdks + "/jdk-25/bin/java");
    }

    @Test
    void prefersJavaHomeWhenItIsNewEnough() throws Exception {
        sandbox.makeJars();
        Path jdk = sandbox.makeJdk(folder.resolve("jdk-26"), "26-ea");
        sandbox.environment.put("JAVA_HOME", jdk.toString());

        assertThat(sandbox.launch("run").stdout()).startsWith("java " + jdk + "/bin/java");
    }

    @Test
    void findsTheJdkBehindALinkOnTheSearchPath() throws Exception {
        sandbox.makeJars();
        Path jdk = sandbox.makeJdk(folder.resolve("jdk-25-elsewhere"), "25");
        Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(folder.resolve("bin/java"), jdk.resolve("bin/java"));

        assertThat(sandbox.launch("run").stdout()).startsWith("java " + jdk + "/bin/java");
    }

    @Test
    void saysInOneSentenceThatThereIsNoJdk() throws Exception {
        sandbox.makeJars();
        sandbox.environment.put("NETCHURN_JDK_DIRS", folder.resolve("nowhere").toString());

        Launch launch = sandbox.launch("run");

        assertThat(launch.exit()).isEqualTo(3);
        assertThat(launch.stderr().lines()).singleElement().asString()
                .startsWith("netchurn: no JDK 25 or newer found; install one");
    }

    @Test
    void saysInOneSentenceThatThereIsNoMaven() throws Exception {
        Launch launch = sandbox.launch("run");

        assertThat(launch.exit()).isEqualTo(3);
        assertThat(launch.stderr().lines()).singleElement().asString()
                .startsWith("netchurn: Maven 3.8 or newer is needed to build (first use); install it");
    }

    @Test
    void showsWhyABuildFailedAndDoesNotStart() throws Exception {
        sandbox.makeMaven("echo '[INFO] noise'; echo '[ERROR] Source.java:[1,1] unclosed'; exit 1");

        Launch launch = sandbox.launch("run");

        assertThat(launch.exit()).isEqualTo(3);
        assertThat(launch.stdout()).isEmpty();
        assertThat(launch.stderr()).endsWith("[ERROR] Source.java:[1,1] unclosed\nnetchurn: the build failed.\n")
                .doesNotContain("noise");
    }

    @Test
    void givesMavenARepositoryOfItsOwnWhenTheHomeFolderIsNotWritable() throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        LauncherSandbox.script(folder.resolve("bin/getent"), "#!/bin/sh\necho \"user:x:0:0::%s:/bin/sh\"\n".formatted(home));
        sandbox.makeWorkingMaven();

        assertThat(launchWithReadOnly(home).stdout()).startsWith("java");

        assertThat(sandbox.mavenCalls()).singleElement().asString()
                .contains("-Dmaven.repo.local=" + folder.resolve("netchurn-m2-0"));
    }

    @Test
    void leavesMavenItsOwnRepositoryWhenThatIsWritable() throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        LauncherSandbox.script(folder.resolve("bin/getent"), "#!/bin/sh\necho \"user:x:0:0::%s:/bin/sh\"\n".formatted(home));
        sandbox.makeWorkingMaven();

        sandbox.launch("run");

        assertThat(sandbox.mavenCalls()).singleElement().asString().doesNotContain("maven.repo.local");
    }

    @Test
    void startsFromAReadOnlyClone() throws Exception {
        sandbox.makeJars();
        sandbox.makeWorkingMaven();

        Launch fresh = launchWithReadOnly(sandbox.clone);
        sandbox.change("pom.xml");
        Launch outdated = launchWithReadOnly(sandbox.clone);

        assertThat(fresh.stderr()).isEmpty();
        assertThat(fresh.stdout()).startsWith("java");
        assertThat(outdated.stderr().lines()).singleElement().asString().contains("is not writable; running the jars");
        assertThat(outdated.stdout()).startsWith("java");
        assertThat(sandbox.mavenCalls()).isEmpty();
    }

    @Test
    void saysInOneSentenceThatAReadOnlyCloneWasNotBuilt() throws Exception {
        Launch launch = launchWithReadOnly(sandbox.clone);

        assertThat(launch.exit()).isEqualTo(3);
        assertThat(launch.stderr().lines()).singleElement().asString().startsWith("netchurn: not built yet, and ");
    }

    private Launch launchWithReadOnly(Path path) throws IOException, InterruptedException {
        Process probe = new ProcessBuilder("unshare", "--user", "--map-root-user", "--mount", "true").start();
        assumeTrue(probe.waitFor() == 0, "user namespaces are forbidden here");
        return sandbox.launchWithReadOnly(path);
    }
}
