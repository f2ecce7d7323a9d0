package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** What a user gets: one jar that starts, and beside it a folder with just the libraries that a TCP tool on Linux loads. */
class PackagingIT {

    private static final Path TARGET = Path.of(System.getProperty("netchurn.home"), "loadgen", "target");

    @Test
    void libraryFolderHoldsOfNettyOnlyWhatTcpOnLinuxLoads() throws IOException {
        assertThat(libraries().filter(name -> name.startsWith("netty-")).map(PackagingIT::withoutVersion))
                .containsExactlyInAnyOrder("netty-all", "netty-buffer", "netty-common", "netty-resolver", "netty-transport",
                        "netty-transport-classes-epoll", "netty-transport-classes-io_uring",
                        "netty-transport-native-epoll-linux-aarch_64", "netty-transport-native-epoll-linux-x86_64",
                        "netty-transport-native-io_uring-linux-aarch_64", "netty-transport-native-io_uring-linux-x86_64",
                        "netty-transport-native-unix-common");
    }

    @Test
    void libraryFolderHoldsNoTestLibrary() throws IOException {
        assertThat(libraries()).noneMatch(name -> Stream.of("junit", "assertj", "archunit", "slf4j", "json-schema", "tests")
                .anyMatch(name::contains));
    }

    @Test
    void jarStartsTheCommandAndMayLoadNativeLibraries() throws IOException {
        Attributes manifest = manifest();

        assertThat(manifest.getValue("Main-Class")).isEqualTo("dev.netchurn.loadgen.cli.NetchurnCommand");
        assertThat(manifest.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
    }

    @Test
    void classPathOfTheJarIsTheLibraryFolder() throws IOException {
        assertThat(Set.of(manifest().getValue("Class-Path").split(" ")))
                .isEqualTo(Set.copyOf(libraries().map("lib/"::concat).toList()));
    }

    private static Stream<String> libraries() throws IOException {
        try (Stream<Path> files = Files.list(TARGET.resolve("lib"))) {
            List<String> names = files.map(file -> file.getFileName().toString()).toList();
            return names.stream();
        }
    }

    private static String withoutVersion(String jar) {
        return jar.replaceFirst("-4\\.[0-9.]+Final", "").replaceFirst("\\.jar$", "");
    }

    private static Attributes manifest() throws IOException {
        try (JarFile jar = new JarFile(TARGET.resolve("netchurn.jar").toFile())) {
            return jar.getManifest().getMainAttributes();
        }
    }
}
