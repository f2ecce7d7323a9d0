package dev.netchurn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

@Timeout(10)
class WatchArgumentsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "--port 0 | '0' is not a port between 1 and 65535",
        "--port 80,65536 | '65536' is not a port between 1 and 65535",
        "--port http | 'http' is not a port between 1 and 65535",
        "--port 80 --interval 5 | '5' is not a duration",
        "--port 80 --interval 1ms | '1ms' is shorter than 10ms",
        "--port 80 --count 0 | '0' is not a number of readings",
        "--port 80 --count 1 --json /nonexistent/x | '/nonexistent/x' cannot be written",
        "--port 80 --count 1 --metrics nowhere | --metrics: 'nowhere' is not ADDRESS:PORT; or write off",
        "--pid init | 'init' is not the number of a process",
        "--interval 1s | name what to watch: --port P, --pid PID or --peer HOST[:P]",
        "--peer 10.0.0.7:0 | '10.0.0.7:0' has no port between 1 and 65535",
        "--peer 10.0.0.7 --port 80 | give one of them"
    })
    void refusesBadArgumentsWithOneSentenceAndExitCodeTwo(String arguments, String sentence) {
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(new WatchCommand())
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler((failure, _) -> {
                    failure.getCommandLine().getErr().println(failure.getMessage());
                    return ExitCode.USAGE;
                });

        assertThat(command.execute(arguments.strip().split(" "))).isEqualTo(2);

        assertThat(err.toString().lines()).singleElement().asString().contains(sentence);
    }
}
