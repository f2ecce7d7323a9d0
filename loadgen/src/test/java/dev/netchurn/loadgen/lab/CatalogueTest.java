package dev.netchurn.loadgen.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CatalogueTest {

    private static final Phenomenon ONE = new Phenomenon("one", "One", "It is one.", Stage.wire(), _ -> {});

    @Test
    void findsByNameAndSuggests() {
        Catalogue catalogue = Catalogue.standard();
        assertThat(catalogue.find("three-way-handshake")).isPresent();
        assertThat(catalogue.find("three")).isEmpty();
        assertThat(catalogue.nearest("tree-way-handshake")).contains("three-way-handshake");
    }

    @Test
    void takesNoNameTwice() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Catalogue(List.of(ONE, ONE)));
    }

    @Test
    void wantsKebabCaseAndWholeSentences() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Phenomenon("One Thing", "One", "It is one.", Stage.wire(), _ -> {}));
        assertThatIllegalArgumentException().isThrownBy(() -> new Phenomenon("one", "One", "It is one", Stage.wire(), _ -> {}));
    }
}
