package dev.netchurn.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LinesTest {

    @Test
    void leavesALineThatFits() {
        assertThat(Lines.fit("10.0.0.7:80     12  never", 25)).containsExactly("10.0.0.7:80     12  never");
    }

    @Test
    void goesOnBelowTheLastColumn() {
        assertThat(Lines.fit("10.0.0.7:80   12  in two hours and three minutes", 46))
                .containsExactly("10.0.0.7:80   12  in two hours and three", "                  minutes");
    }

    @Test
    void startsALineOfItsOwnWhereLittleRoomIsBesideTheLead() {
        assertThat(Lines.fit("10.0.0.7:80   12  in two hours and three minutes", 30))
                .containsExactly("10.0.0.7:80   12", "    in two hours and three", "    minutes");
    }

    @Test
    void breaksASentenceWithoutColumnsAtSpaces() {
        assertThat(Lines.fit("tcp_tw_reuse 2: connect() takes a port again", 30))
                .containsExactly("tcp_tw_reuse 2: connect()", "takes a port again");
    }
}
