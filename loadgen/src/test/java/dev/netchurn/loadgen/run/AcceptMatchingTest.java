package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.loadgen.worker.Command;
import dev.netchurn.loadgen.worker.Message;
import dev.netchurn.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AcceptMatchingTest {

    private final List<Command> sent = new ArrayList<>();
    private final AcceptMatching matching = new AcceptMatching(sent::add);

    @Test
    void asksNothingWithoutSamples() {
        matching.ask(List.of());

        assertThat(sent).isEmpty();
        assertThat(matching.isAsked()).isFalse();
    }

    @Test
    void asksAgainForWhatWasNotAcceptedYetTogetherWithWhatIsNew() {
        matching.ask(samples(1, 2));
        matching.answered(new Message.AcceptsMatched(List.of(5L), samples(2, 2)));
        matching.ask(samples(3, 3));

        assertThat(sent).containsExactly(
                new Command.MatchAccepts(samples(1, 2)), new Command.MatchAccepts(samples(2, 3)));
    }

    @Test
    void asksOneQuestionAtATime() {
        matching.ask(samples(1, 1));
        matching.ask(samples(2, 2));
        assertThat(sent).hasSize(1);

        matching.answered(new Message.AcceptsMatched(List.of(), List.of()));
        assertThat(matching.isAsked()).isFalse();
        matching.ask(List.of());
        assertThat(sent.getLast()).isEqualTo(new Command.MatchAccepts(samples(2, 2)));
    }

    @Test
    void keepsTheOldestWhenATargetAcceptsNothing() {
        List<EstablishedSample> many = samples(1, AcceptMatching.MOST_WAITING);
        matching.ask(many);
        matching.ask(samples(10_000, 10_500));
        matching.answered(new Message.AcceptsMatched(List.of(), many));
        matching.ask(samples(20_000, 20_001));

        assertThat(sent.getLast()).isEqualTo(new Command.MatchAccepts(many));
    }

    private static List<EstablishedSample> samples(int fromPort, int toPort) {
        Endpoint target = Endpoint.parse("10.0.0.1:80");
        return IntStream.rangeClosed(fromPort, toPort)
                .mapToObj(port -> new EstablishedSample(0x0a000002, port, target, port, port + 1L)).toList();
    }
}
